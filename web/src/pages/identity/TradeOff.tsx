import { Empty } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Definition } from "../../components/Definition";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

/** What another threshold of probable links would give: fewer and surer, or more and less sure. */
export function TradeOff() {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/identity/trade-off");
  return <Wait asked={asked}>{({ items }) => (items.some((one) => one.expected_precision !== null) ? <Shown items={items} /> : <Empty description={t("identity.noTradeOff")} />)}</Wait>;
}

function Shown({ items }: { items: Schema["TradeOff"]["items"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const option = useMemo(() => {
    const percent = (value: unknown) => (typeof value === "number" ? format.percent(value) : "–");
    const names = items.map((one) => String(one.threshold));
    const chosen = names[items.findIndex((one) => one.is_chosen)];
    const shares = items.flatMap((one) => [one.expected_precision ?? 1, one.expected_recall ?? 1]);
    return {
      tooltip: { trigger: "axis", valueFormatter: percent },
      legend: { top: 0 },
      grid: { left: 8, right: 24, top: 40, bottom: 28, containLabel: true },
      xAxis: { type: "category", data: names, name: t("identity.threshold"), nameLocation: "middle", nameGap: 28 },
      yAxis: { type: "value", min: Math.floor(Math.min(...shares) * 10) / 10, max: 1, axisLabel: { formatter: percent } },
      series: [
        {
          type: "line", name: t("identity.precision"), data: items.map((one) => one.expected_precision), symbolSize: 7,
          markLine: { silent: true, symbol: "none", data: [{ xAxis: chosen }], label: { formatter: t("identity.inUse") }, lineStyle: { type: "dashed", color: "#6b7280" } },
        },
        { type: "line", name: t("identity.recall"), data: items.map((one) => one.expected_recall), symbolSize: 7 },
      ],
    };
  }, [items, format, t]);
  const columns = [t("identity.threshold"), t("identity.links"), t("identity.precision"), t("identity.recall")];
  return <Chart title={t("identity.tradeOffTitle")} extra={<Definition of={t("identity.tradeOffTitle")} means={t("identity.tradeOffMeans")} />} option={option} table={{ columns, rows: items.map((one) => [one.threshold, one.links, one.expected_precision, one.expected_recall]) }} />;
}
