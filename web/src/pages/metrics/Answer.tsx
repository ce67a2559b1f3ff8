import { Card, Empty, Typography } from "antd";
import type { EChartsCoreOption } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Definition } from "../../components/Definition";
import { useFormat } from "../../components/format";
import { useMetricFormat } from "../../components/useMetricFormat";

type Given = Schema["MetricAnswer"];
type Write = (value: number) => string;
const LINES = 8;
const BARS = 20;

const label = (row: Schema["MetricRow"]) => row.group_names.join(" · ");

/** The figures as a chart with its table: a line over periods, bars over groups, a number without either. */
export function Answer({ answer }: { answer: Given }) {
  const { t } = useTranslation();
  const write = useMetricFormat();
  const { metric, rows, period, by } = answer;
  const format = useFormat();
  const option = useMemo(() => {
    const words = (value: number) => write(value, answer.metric.unit);
    const axis = answer.metric.unit === "share" ? format.percent : format.short;
    return answer.period ? overTime(answer, words, axis) : overGroups(answer, words, axis);
  }, [answer, write, format]);
  const title = [metric.name, ...by.map((one) => one.name), ...(period ? [t(`period.${period as "month"}`)] : [])].join(" · ");
  const definition = <Definition of={title} means={metric.means} formula={metric.formula} />;
  if (!rows.length) return <Card size="small" title={title}><Empty description={t("figure.none")} /></Card>;
  if (!period && !by.length) {
    return (
      <Card size="small" title={<>{title} {definition}</>}>
        <span className="figure-value">{write(rows[0]!.value, metric.unit)}</span> {rows[0]!.value === null && <Typography.Text type="secondary">{t("metrics.undefined")}</Typography.Text>}
      </Card>
    );
  }
  const columns = [...(period ? [t("metrics.periodStart"), t("metrics.complete")] : []), ...by.map((one) => one.name), metric.name];
  const table = rows.map((row) => [...(period ? [row.period_start ?? "", row.is_complete ? t("figure.yes") : t("figure.no")] : []), ...row.group_names, row.value]);
  return <Chart title={title} extra={definition} option={option} height={period ? 340 : Math.max(220, Math.min(rows.length, BARS) * 24 + 60)} table={{ columns, rows: table }} />;
}

function overTime({ rows, by }: Given, write: Write, axis: Write): EChartsCoreOption {
  const days = [...new Set(rows.map((row) => row.period_start!))];
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(label(row), (sums.get(label(row)) ?? 0) + Math.abs(row.value ?? 0));
  const shown = [...sums].sort((a, b) => b[1] - a[1]).slice(0, LINES).map(([name]) => name);
  const values = new Map(rows.map((row) => [`${label(row)}|${row.period_start}`, row]));
  return {
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (typeof value === "number" ? write(value) : "–") },
    legend: by.length ? { top: 0, type: "scroll" } : { show: false },
    grid: { left: 12, right: 16, top: by.length ? 40 : 16, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: days },
    yAxis: { type: "value", scale: true, axisLabel: { formatter: axis } },
    series: shown.map((name) => ({
      type: "line",
      name: name || undefined,
      showSymbol: days.length < 40,
      // an empty ring: the period is not over
      data: days.map((day) => {
        const row = values.get(`${name}|${day}`);
        return { value: row?.value ?? null, ...(row && !row.is_complete ? { symbol: "emptyDiamond", symbolSize: 9 } : {}) };
      }),
    })),
  };
}

function overGroups({ rows }: Given, write: Write, axis: Write): EChartsCoreOption {
  const shown = rows.slice(0, BARS).reverse();
  return {
    tooltip: { trigger: "item", valueFormatter: (value: unknown) => (typeof value === "number" ? write(value) : "–") },
    grid: { left: 8, right: 80, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", axisLabel: { formatter: axis, hideOverlap: true } },
    yAxis: { type: "category", data: shown.map(label) },
    series: [{ type: "bar", data: shown.map((row) => row.value), label: { show: true, position: "right", formatter: ({ value }: { value: unknown }) => (typeof value === "number" ? write(value) : "") } }],
  };
}
