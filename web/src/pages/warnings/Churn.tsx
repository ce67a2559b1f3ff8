import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Button, Flex, Select, Statistic, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { useMay } from "../../app/me";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Pager } from "../../components/Pager";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { orderOf, sortOf, useFilters } from "../../components/useFilters";
import { useWords } from "../../components/words";

const BANDS = ["high", "medium", "low", "lost"] as const;
const PLAYS = ["personal_contact", "promotion", "value_added_service", "resolve_complaint", "win_back"];
const TONES = { high: "bad", medium: "fair", low: "good", lost: "plain" } as const;

/** Who may leave: how many, what is at risk, and who first. */
export function Churn() {
  const asked = api.useQuery("get", "/api/v1/churn", {});
  return <Wait asked={asked}>{(summary) => (summary.bands.length ? <List summary={summary} /> : <NoModel why={summary.why_not} />)}</Wait>;
}

export function NoModel({ why }: { why: string | null }) {
  const { t } = useTranslation();
  return <Alert type="info" showIcon title={t("warnings.noModel")} description={why || t("warnings.noModelWhy")} />;
}

function List({ summary }: { summary: Schema["ChurnSummary"] }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const may = useMay("customers.export");
  const { params, change } = useFilters();
  const bands = BANDS.filter((band) => params.getAll("band").includes(band));
  const plays = params.getAll("play");
  const sort = params.get("sort") ?? "-value_at_risk";
  const cursor = params.get("cursor");
  const query = { band: [...bands], play: plays, sort, ...(cursor ? { cursor } : {}) };
  const asked = api.useQuery("get", "/api/v1/churn/customers", { params: { query } }, { placeholderData: keepPreviousData });
  const chosen = new URLSearchParams([...(bands.length ? bands : ["high", "medium"]).map((band) => ["churn_band", band]), ...plays.map((play) => ["play", play])]);
  const file = () => location.assign(`/api/v1/customers/export?${chosen.toString()}&form=xlsx&lang=${i18n.language}`);
  const columns = [t("warnings.customer"), t("warnings.chance"), t("warnings.atRisk"), t("warnings.value"), t("warnings.silent"), t("warnings.why"), t("warnings.play")];
  return (
    <div className="stack">
      <Flex gap={24} wrap>
        {summary.bands.map((one) => (
          <Link key={one.band} to={`/customers?churn_band=${one.band}`}>
            <Statistic title={t(`warnings.band.${one.band as "high"}`)} value={format.count(one.customers)} suffix={one.value_at_risk ? <Typography.Text type="secondary">{t("warnings.risk", { money: format.money(one.value_at_risk) })}</Typography.Text> : null} />
          </Link>
        ))}
      </Flex>
      <DataTable
        title={t("warnings.list")}
        means={t("warnings.listMeans")}
        empty={t("warnings.nobody")}
        rowKey="customer_id"
        loading={asked.isFetching}
        dataSource={asked.data?.items ?? []}
        filters={
          <Flex gap={8} wrap align="center" role="search">
            <Select mode="multiple" allowClear style={{ minWidth: 200 }} aria-label={t("warnings.bands")} placeholder={t("warnings.bands")} value={bands} onChange={(values: string[]) => change("band", values)} options={BANDS.map((value) => ({ value, label: t(`warnings.band.${value}`) }))} />
            <Select mode="multiple" allowClear style={{ minWidth: 200 }} aria-label={t("warnings.play")} placeholder={t("warnings.play")} value={plays} onChange={(values: string[]) => change("play", values)} options={PLAYS.map((value) => ({ value, label: word("play", value) }))} />
            <Link to={`/customers?${chosen.toString()}`}><Button tabIndex={-1}>{t("segments.customers")}</Button></Link>
            {may && <Button onClick={file}>Excel</Button>}
            <Typography.Text type="secondary" role="status">{asked.data ? t("customers.total", { count: asked.data.total }) : ""}</Typography.Text>
          </Flex>
        }
        onChange={(_pages, _filters, sorter) => change("sort", [sortOf(sorter)])}
        columns={[
          { title: columns[0], render: (_, one) => <><Link to={`/customers/${encodeURIComponent(one.customer_id)}`}>{one.name ?? one.customer_id}</Link><div><Typography.Text type="secondary">{one.customer_id}</Typography.Text></div></> },
          { title: columns[1], key: "churn_probability", align: "right", sorter: true, sortOrder: orderOf(sort, "churn_probability"), render: (_, one) => <>{format.percent(one.churn_probability)} <Level tone={TONES[one.band as "high"]}>{t(`warnings.band.${one.band as "high"}`)}</Level></> },
          { title: columns[2], key: "value_at_risk", align: "right", sorter: true, sortOrder: orderOf(sort, "value_at_risk"), render: (_, one) => format.money(one.value_at_risk) },
          { title: columns[3], key: "value_amount", align: "right", sorter: true, sortOrder: orderOf(sort, "value_amount"), render: (_, one) => format.money(one.value_amount) },
          { title: columns[4], key: "silent_days", align: "right", sorter: true, sortOrder: orderOf(sort, "silent_days"), render: (_, one) => t("warnings.silentOf", { days: format.count(one.silent_days), horizon: format.count(one.horizon_days) }) },
          { title: columns[5], render: (_, one) => <ul className="plain">{one.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul> },
          { title: columns[6], render: (_, one) => <div style={{ maxWidth: 220, whiteSpace: "normal" }}>{one.play_name || "–"}{one.extension_category && <div><Typography.Text type="secondary">{t("warnings.extension", { category: one.extension_category })}</Typography.Text></div>}</div> },
        ]}
      />
      <Pager cursor={cursor} next={asked.data?.next} go={(next) => change("cursor", [next])} />
    </div>
  );
}
