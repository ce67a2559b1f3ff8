import { WideTable } from "../../components/WideTable";
import { Empty, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useWords } from "../../components/words";
import { type Cells, type Detail, text } from "./row";

/** Where the customer stood before, and which tags held from when until when. */
export function History({ data }: { data: Detail }) {
  const { t } = useTranslation();
  const { word, tag } = useWords();
  const state = (row: Cells, name: string) => {
    const code = text(row[name]);
    const moved = word("moved", code);
    return moved !== code ? moved : word(row.dimension === "rfm" ? "rfm_group" : "lifecycle_stage", code);
  };
  return (
    <Flex vertical gap={16}>
      <WideTable<Cells> label={t("customer.moves")}
        size="small"
        title={() => <Typography.Text strong>{t("customer.moves")}</Typography.Text>}
        rowKey={(row) => `${text(row.dimension)}-${text(row.compared_with)}`}
        pagination={false}
        dataSource={data.moves}
        locale={{ emptyText: <Empty description={t("customer.noMoves")} /> }}
        columns={[
          { title: t("customer.dimension"), render: (_, row) => row.dimension === "rfm" ? t("field.rfm_group") : row.dimension === "lifecycle" ? t("field.lifecycle_stage") : word("moved_by", row.dimension) },
          { title: t("customer.fromDay"), dataIndex: "from_on" },
          { title: t("customer.then"), render: (_, row) => state(row, "from_state") },
          { title: t("customer.now"), render: (_, row) => state(row, "to_state") },
        ]}
      />
      <WideTable<Cells> label={t("customer.tagHistory")}
        size="small"
        title={() => <Typography.Text strong>{t("customer.tagHistory")}</Typography.Text>}
        rowKey={(row) => `${text(row.family)}-${text(row.tag)}-${text(row.valid_from)}`}
        pagination={{ pageSize: 10, hideOnSinglePage: true, size: "small" }}
        dataSource={data.tag_history}
        locale={{ emptyText: <Empty description={t("customer.noTags")} /> }}
        columns={[
          { title: t("customer.family"), render: (_, row) => word("family", row.family) },
          { title: t("customer.tag"), render: (_, row) => tag(String(row.family), String(row.tag)) },
          { title: t("customer.fromDay"), dataIndex: "valid_from" },
          { title: t("customer.untilDay"), render: (_, row) => (row.valid_to ? text(row.valid_to) : t("customer.holds")) },
        ]}
      />
    </Flex>
  );
}
