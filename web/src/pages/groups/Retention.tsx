import { keepPreviousData } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Definition } from "../../components/Definition";
import { Heat } from "../../components/Heat";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

const KINDS = ["classic", "rolling", "n_day"] as const;
type Kind = (typeof KINDS)[number];

/** Of those who first bought in a month, how many were there n months later. */
export function Retention() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const kind: Kind = KINDS.find((one) => one === params.get("kind")) ?? "classic";
  const asked = api.useQuery("get", "/api/v1/groups/retention", { params: { query: { kind } } }, { placeholderData: keepPreviousData });
  return (
    <div className="stack">
      <Segmented<Kind> aria-label={t("groups.kind")} value={kind} onChange={(value) => setParams(value === "classic" ? {} : { kind: value })} options={KINDS.map((value) => ({ value, label: t(`groups.kinds.${value}`) }))} />
      <Wait asked={asked}>{(data) => <Shown data={data} means={t(`groups.kindMeans.${kind}`)} />}</Wait>
    </div>
  );
}

function Shown({ data, means }: { data: Schema["Retention"]; means: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const months = [...new Set(data.cells.map((cell) => cell.cohort_on))];
  const numbers = [...new Set(data.cells.map((cell) => cell.period_no))].sort((a, b) => a - b);
  const rows = months.map((month) => {
    const mine = new Map(data.cells.filter((cell) => cell.cohort_on === month).map((cell) => [cell.period_no, cell]));
    const size = Math.max(...[...mine.values()].map((cell) => cell.customers));
    return {
      name: `${month.slice(0, 7)} · ${format.count(size)}`,
      cells: numbers.map((number) => {
        const cell = mine.get(number);
        return cell ? { value: cell.retention_rate, words: `${format.percent(cell.retention_rate)}${cell.is_complete ? "" : "*"}`, strength: cell.retention_rate } : null;
      }),
    };
  });
  const option = useMemo(() => {
    const percent = (value: unknown) => (typeof value === "number" ? format.percent(value) : "–");
    const line = (name: string, values: (number | null)[], more: object) => ({ type: "line", name, data: values, ...more });
    return {
      tooltip: { trigger: "axis", valueFormatter: percent },
      legend: { top: 0 },
      grid: { left: 12, right: 16, top: 36, bottom: 28, containLabel: true },
      xAxis: { type: "category", name: t("groups.periods"), nameLocation: "middle", nameGap: 28, data: data.curve.map((point) => String(point.period_no)) },
      yAxis: { type: "value", min: 0, axisLabel: { formatter: percent } },
      series: [
        line(t("groups.rate"), data.curve.map((point) => point.retention_rate), {}),
        line(t("groups.low"), data.curve.map((point) => point.rate_low), { lineStyle: { type: "dashed", opacity: 0.5 }, symbol: "none" }),
        line(t("groups.high"), data.curve.map((point) => point.rate_high), { lineStyle: { type: "dashed", opacity: 0.5 }, symbol: "none" }),
      ],
    };
  }, [data, format, t]);
  const columns = [t("groups.periods"), t("rfm.customers"), t("groups.active"), t("groups.rate"), t("groups.low"), t("groups.high")];
  return (
    <>
      {data.curve.length > 0 && (
        <Chart title={t("groups.curve")} extra={<Definition of={t("groups.curve")} means={`${means} ${t("groups.interval")}`} />} option={option} height={280} table={{ columns, rows: data.curve.map((point) => [point.period_no, point.customers, point.active_customers, point.retention_rate, point.rate_low, point.rate_high]) }} />
      )}
      <Heat title={t("groups.cohorts")} means={`${means} ${t("groups.star")}`} corner={t("groups.cohort")} columns={numbers.map(String)} rows={rows} />
    </>
  );
}
