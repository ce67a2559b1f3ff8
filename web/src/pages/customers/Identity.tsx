import { WideTable } from "../../components/WideTable";
import { Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useWords } from "../../components/words";
import { type Cells, type Detail, moment, text } from "./row";

/** Which records of which systems are this customer, and what tied each to the others. */
export function Identity({ data }: { data: Detail }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <Flex vertical gap={8}>
      <Typography.Text>{t("customer.recordsOf", { count: data.records.length })}</Typography.Text>
      <WideTable<Cells> label={t("customer.recordsOf", { count: data.records.length })}
        size="small"
        rowKey={(row) => `${text(row.source)}-${text(row.record_id)}-${text(row.registered_at)}-${text(row.phone)}`}
        pagination={false}
        dataSource={data.records}
        columns={[
          { title: t("customer.source"), dataIndex: "source" },
          { title: t("customer.record"), dataIndex: "record_id" },
          {
            title: t("customer.linkedBy"),
            render: (_, row) => (row.linked_by ? String(row.linked_by).split(",").map((kind) => <Tag key={kind}>{word("key_kind", kind.trim())}</Tag>) : t("customer.alone")),
          },
          { title: t("field.name"), render: (_, row) => text(row.name) },
          { title: t("field.phone"), render: (_, row) => text(row.phone) },
          { title: t("field.email"), render: (_, row) => text(row.email) },
          { title: t("field.city"), render: (_, row) => text(row.city) },
          { title: t("field.registered_at"), render: (_, row) => moment(row.registered_at) },
        ]}
      />
    </Flex>
  );
}
