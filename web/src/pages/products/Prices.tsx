import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Flex, InputNumber, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";

const TONES: Record<string, "good" | "fair" | "bad" | "plain"> = { elastic: "bad", falls: "fair", inelastic: "good" };
const MOST = 50;

/** How sales react to prices, and what another price would do to the revenue of a year. */
export function Prices() {
  const { t } = useTranslation();
  const { params } = useFilters();
  const by = params.get("by") ?? "category";
  const given = Number(params.get("change") ?? 5);
  const change = Number.isFinite(given) && Math.abs(given) <= MOST ? given : 5;
  const asked = api.useQuery("get", "/api/v1/prices", { params: { query: { by, change: change / 100 } } }, { placeholderData: keepPreviousData });
  return <Wait asked={asked}>{(data) => (Object.keys(data.dimensions).length ? <Shown data={data} percent={change} /> : <Alert type="info" showIcon title={t("prices.none")} />)}</Wait>;
}

function Shown({ data, percent }: { data: Schema["Prices"]; percent: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { change } = useFilters();
  const columns = [t("prices.member"), t("prices.net"), t("prices.elasticity"), t("prices.interval"), t("prices.verdict"), t("prices.revenue", { change: `${percent > 0 ? "+" : ""}${percent}%` })];
  const signed = (value: number | null) => (value === null ? "–" : `${value > 0 ? "+" : ""}${format.percent(value)}`);
  const verdict = (one: Schema["PriceRow"]) => t(`prices.verdicts.${one.verdict as "elastic"}`);
  return (
    <div className="stack">
      <DataTable
        title={t("prices.title")}
        means={t("prices.means")}
        rowKey="member"
        dataSource={data.items}
        filters={
          <Flex gap={8} wrap align="center" role="search">
            <Select style={{ minWidth: 150 }} aria-label={t("prices.by")} value={data.by} onChange={(value: string) => change("by", [value])} options={Object.entries(data.dimensions).map(([value, label]) => ({ value, label }))} />
            <InputNumber aria-label={t("prices.change")} prefix={t("prices.change")} suffix="%" min={-MOST} max={MOST} step={1} value={percent} onChange={(value) => value !== null && change("change", [String(value)])} style={{ width: 200 }} />
            {data.total && <Typography.Text role="status">{t("prices.total", { change: signed(data.total.revenue_change), low: format.money(data.total.revenue_low), high: format.money(data.total.revenue_high), now: format.money(data.total.net_amount) })}</Typography.Text>}
          </Flex>
        }
        table={{ columns: [...columns.slice(0, 3), t("prices.low"), t("prices.high"), columns[4]!, t("prices.revenueLow"), t("prices.revenueHigh")], rows: data.items.map((one) => [one.name, one.net_amount, one.elasticity, one.low, one.high, verdict(one), one.revenue_low, one.revenue_high]) }}
        columns={[
          { title: columns[0], render: (_, one) => one.name },
          { title: columns[1], align: "right", render: (_, one) => format.money(one.net_amount) },
          { title: columns[2], align: "right", render: (_, one) => <Typography.Text strong>{format.decimal(one.elasticity)}</Typography.Text> },
          { title: columns[3], align: "right", render: (_, one) => (one.low === null ? "–" : t("prices.between", { low: format.decimal(one.low), high: format.decimal(one.high) })) },
          { title: columns[4], render: (_, one) => <div style={{ maxWidth: 380, whiteSpace: "normal" }}><Level tone={TONES[one.verdict] ?? "plain"}>{verdict(one)}</Level><div><Typography.Text type="secondary">{one.sentence}</Typography.Text></div></div> },
          { title: columns[5], align: "right", render: (_, one) => (one.is_told ? <>{signed(one.revenue_change)}<div><Typography.Text type="secondary">{t("prices.between", { low: format.money(one.revenue_low), high: format.money(one.revenue_high) })}</Typography.Text></div></> : <Typography.Text type="secondary">{t("prices.notTold")}</Typography.Text>) },
        ]}
      />
      <Alert type="info" showIcon title={data.mind} />
    </div>
  );
}
