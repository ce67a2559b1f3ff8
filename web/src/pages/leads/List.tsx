import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Button, Flex, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, http } from "../../api/client";
import { useMay } from "../../app/me";
import { AskWhy } from "../../components/AskWhy";
import { DataTable } from "../../components/DataTable";
import { Failed } from "../../components/Failed";
import { Pager } from "../../components/Pager";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";

/** Open leads, the most premium expected first, with the hour to call and the reasons. */
export function List() {
  const { t } = useTranslation();
  const format = useFormat();
  const { params, change } = useFilters();
  const channels = params.getAll("channel");
  const cursor = params.get("cursor");
  const [asking, setAsking] = useState<string | null>(null);
  const [seen, setSeen] = useState<Record<string, Schema["LeadPersonal"]>>({});
  const mayShow = useMay("customers.personal");
  const { data, error, isFetching, refetch } = api.useQuery("get", "/api/v1/leads", { params: { query: { channel: channels, ...(cursor ? { cursor } : {}) } } }, { placeholderData: keepPreviousData });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (data && !data.is_made) return <Alert type="info" showIcon title={t("leads.none")} />;
  return (
    <div className="stack">
      {data?.notes.map((note) => <Alert key={note} type="info" showIcon title={note} />)}
      <DataTable
        title={t("leads.title")}
        means={t("leads.means")}
        rowKey="lead_id"
        loading={isFetching}
        dataSource={data?.items ?? []}
        filters={
          <Flex gap={8} wrap align="center" role="search">
            <Select mode="multiple" allowClear style={{ minWidth: 200 }} aria-label={t("leads.channel")} placeholder={t("leads.channel")} value={channels} onChange={(values: string[]) => change("channel", values)} options={(data?.channels ?? []).map((value) => ({ value, label: value }))} />
            <Typography.Text type="secondary" role="status">{data ? t("leads.total", { count: data.total }) : ""}</Typography.Text>
          </Flex>
        }
        columns={[
          { title: t("leads.lead"), render: (_, one) => <Contact one={{ ...one, ...seen[one.lead_id] }} {...(mayShow && !seen[one.lead_id] ? { ask: () => setAsking(one.lead_id) } : {})} /> },
          { title: t("leads.asks"), render: (_, one) => <>{one.interest ?? "–"}<div><Typography.Text type="secondary">{[one.channel, one.city].filter(Boolean).join(" · ")}</Typography.Text></div></> },
          { title: t("leads.worth"), align: "right", render: (_, one) => (one.expected_premium_amount === null ? "–" : format.money(Number(one.expected_premium_amount))) },
          { title: t("leads.chance"), align: "right", render: (_, one) => format.percent(one.conversion_probability) },
          { title: t("leads.when"), render: (_, one) => (one.best_hour === null || one.best_weekday === null ? "–" : <>{t("leads.slot", { weekday: t(`leads.weekday.${one.best_weekday as 1}`), hour: one.best_hour })}<div><Typography.Text type="secondary">{t("leads.taken", { chance: format.percent(one.connect_probability) })}</Typography.Text></div></>) },
          { title: t("leads.calls"), align: "right", render: (_, one) => t("leads.callsOf", { calls: one.calls, connected: one.connected_calls }) },
          { title: t("leads.why"), render: (_, one) => <ul className="plain" style={{ maxWidth: 300 }}>{one.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul> },
        ]}
      />
      <Pager cursor={cursor} next={data?.next} go={(next) => change("cursor", [next])} />
      {asking && (
        <AskWhy
          title={t("leads.showWhy")}
          ask={(reason) => http.POST("/api/v1/leads/{lead_id}/personal", { params: { path: { lead_id: asking } }, body: { reason } })}
          show={(found) => setSeen((known) => ({ ...known, [found.lead_id]: found }))}
          close={() => setAsking(null)}
        />
      )}
    </div>
  );
}

/** Name and phone of a lead, masked until somebody says why they must be seen. */
function Contact({ one, ask }: { one: Schema["Lead"]; ask?: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      {one.name ?? one.lead_id}
      <div><Typography.Text type="secondary">{[one.phone ?? "–", one.number_quality_name].join(" · ")}</Typography.Text></div>
      {ask && <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={ask} aria-label={t("leads.showOf", { id: one.lead_id })}>{t("leads.show")}</Button>}
    </>
  );
}
