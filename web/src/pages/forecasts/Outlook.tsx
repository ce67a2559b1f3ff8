import { Alert } from "antd";
import type { EChartsCoreOption } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { CHART_COLORS } from "../../app/look";
import { Chart } from "../../components/Chart";
import { Definition } from "../../components/Definition";
import { useFormat } from "../../components/format";

const SHOWN = 36; // months behind

/** One series: the months behind, those to come with their interval, and the same months of last year. */
export function Outlook({ one, metric, write }: { one: Schema["Series"]; metric: string; write: (value: number | null) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const past = one.past.slice(-SHOWN);
  const last = past[past.length - 1];
  const months = [...past, ...one.coming].map((point) => point.month.slice(0, 7));
  const option = useMemo<EChartsCoreOption>(() => {
    const before = past.map(() => null);
    // the dashed line and the band begin at the last month that is known
    const from = (values: (number | null | undefined)[]) => [...before.slice(0, -1), ...(last ? [last.value] : []), ...values];
    const band = (values: (number | null | undefined)[], more: object) => ({ type: "line" as const, stack: "interval", symbol: "none", lineStyle: { opacity: 0 }, data: values, tooltip: { show: false }, silent: true, ...more });
    const line = (name: string, data: (number | null | undefined)[], color: string, type: "solid" | "dashed" | "dotted") => ({ type: "line" as const, name, data: data.map((value) => value ?? null), symbolSize: 6, color, lineStyle: { type } });
    return {
      tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (typeof value === "number" ? write(value) : "–") },
      legend: { top: 0, data: [t("forecasts.past"), t("forecasts.expected"), t("forecasts.yearAgo"), t("forecasts.interval")] },
      grid: { left: 12, right: 16, top: 36, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: months },
      yAxis: { type: "value", axisLabel: { formatter: (value: number) => format.short(value) } },
      series: [
        band(from(one.coming.map((point) => point.low ?? null)), {}),
        band([...before.slice(0, -1), 0, ...one.coming.map((point) => (point.high ?? 0) - (point.low ?? 0))], { name: t("forecasts.interval"), color: CHART_COLORS[0], areaStyle: { opacity: 0.15 } }),
        line(t("forecasts.past"), past.map((point) => point.value), CHART_COLORS[0]!, "solid"),
        line(t("forecasts.expected"), from(one.coming.map((point) => point.value)), CHART_COLORS[3]!, "dashed"),
        line(t("forecasts.yearAgo"), [...before, ...one.coming.map((point) => point.year_ago)], CHART_COLORS[7]!, "dotted"),
      ],
    };
  }, [one, past, last, months, format, t, write]);
  const columns = [t("forecasts.month"), t("forecasts.past"), t("forecasts.expected"), t("forecasts.low"), t("forecasts.high"), t("forecasts.yearAgo")];
  const rows = [
    ...past.map((point) => [point.month.slice(0, 7), point.value, null, null, null, null]),
    ...one.coming.map((point) => [point.month.slice(0, 7), null, point.value, point.low ?? null, point.high ?? null, point.year_ago ?? null]),
  ];
  const title = t("forecasts.title", { name: one.name, metric });
  return (
    <>
      {!one.is_published && <Alert type="info" showIcon title={t("forecasts.none")} />}
      <Chart title={title} extra={<Definition of={title} means={t("forecasts.chartMeans")} />} option={option} height={320} table={{ columns, rows }} />
    </>
  );
}
