import { Card, DatePicker, Flex, Skeleton, Typography } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { useMay } from "../../app/me";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";
import { useWords } from "../../components/words";
import { moment, text } from "../customers/row";
import { Decisions } from "./Decisions";

type Event = Schema["Event"];
type Value = Schema["Value"];

/** What people decided about the customer, when its records came and left, and who it was on a day. */
export function Past({ id }: { id: string }) {
  const may = useMay("identity.read");
  return may ? <Told id={id} /> : null;
}

function Told({ id }: { id: string }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const [on, setOn] = useState<Dayjs | null>(null);
  const query = { customer_id: id, ...(on ? { on: on.format("YYYY-MM-DD") } : {}) };
  const { data, error, refetch } = api.useQuery("get", "/api/v1/identity/history", { params: { query } });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  return (
    <>
      {data.values.length > 0 && (
        <Card size="small" title={t("identity.values")}>
          <WideTable<Value>
            label={t("identity.values")}
            rowKey={(row) => data.values.indexOf(row)}
            dataSource={data.values}
            columns={[
              { title: t("identity.field"), key: "field", render: (_, row) => word("comparison", row.field) },
              { title: t("identity.value"), key: "value", className: "breaks", render: (_, row) => <Typography.Text strong={row.is_kept}>{row.field === "gender" ? word("gender", row.value) : text(row.value)}</Typography.Text> },
              { title: t("identity.keptHow"), key: "kept", render: (_, row) => (row.is_kept ? word("survival_rule", row.rule) : "–") },
              { title: t("identity.sources"), key: "sources", dataIndex: "sources" },
              { title: t("identity.day"), key: "day", render: (_, row) => moment(row.told_at).slice(0, 10) },
            ]}
          />
        </Card>
      )}
      <Card size="small" title={t("identity.decided")}><Decisions rows={data.decisions} reload={() => void refetch()} /></Card>
      <Card size="small" title={t("identity.history")}>
        <div className="stack">
          <Flex gap={8} wrap align="center">
            <DatePicker value={on} onChange={(day: Dayjs | null) => setOn(day)} aria-label={t("identity.onDay")} placeholder={t("identity.onDay")} />
            {data.on && <Typography.Text>{data.was ? t("identity.was", { id: data.was, records: data.was_records.join(", ") }) : t("identity.wasNobody")}</Typography.Text>}
          </Flex>
          <WideTable<Event>
            label={t("identity.history")}
            rowKey={(row) => data.events.indexOf(row)}
            dataSource={data.events}
            pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
            columns={[
              { title: t("identity.day"), key: "day", dataIndex: "recorded_on" },
              { title: t("customer.record"), key: "record", dataIndex: "record" },
              { title: t("identity.event"), key: "event", render: (_, row) => word("identity_event", row.event) },
              { title: t("identity.from"), key: "from", render: (_, row) => text(row.former_id) },
              { title: t("identity.to"), key: "to", render: (_, row) => text(row.customer_id) },
              { title: t("identity.by"), key: "by", render: (_, row) => row.by ?? t("identity.machine") },
            ]}
          />
        </div>
      </Card>
    </>
  );
}
