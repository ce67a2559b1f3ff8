import { Empty, Flex, Skeleton, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";

type Kept = Schema["Kept"];

/** Events that could not be used, with the reason; never the values in them. */
export function Quarantine() {
  const { t } = useTranslation();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/collector/quarantine", {}, { refetchInterval: 15_000 });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  return (
    <Flex vertical gap={8}>
      <Typography.Text type="secondary">{t("collector.quarantineWhy")}</Typography.Text>
      <WideTable<Kept>
        label={t("collector.quarantine")}
        rowKey={(row) => data.items.indexOf(row)}
        dataSource={data.items}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <Empty description={t("collector.noneKept")} /> }}
        columns={[
          { key: "at", title: t("collector.received"), render: (_, row) => new Date(row.received_at).toLocaleString() },
          { key: "source", responsive: ["md"], title: t("collector.source"), dataIndex: "source" },
          { key: "words", title: t("collector.reason"), dataIndex: "words" },
          { key: "event", title: t("collector.event"), render: (_, row) => [row.kind, row.event_name].filter(Boolean).join(" · ") || "–" },
          { key: "fields", responsive: ["md"], title: t("collector.fields"), render: (_, row) => row.fields.map((field) => <Tag key={field}>{field}</Tag>) },
        ]}
      />
    </Flex>
  );
}
