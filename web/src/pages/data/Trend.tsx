import { Alert } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Chart } from "../../components/Chart";
import { useFormat } from "../../components/format";

interface Props {
  history: Schema["QualityPoint"][];
  dimensions: Schema["QualityDimension"][];
  of: string | null;
}

/** The share that passes, day by day of the runs; of several tables their values together. */
export function Trend({ history, dimensions, of }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = useMemo(() => [...new Set(history.map((one) => one.as_of))].toSorted(), [history]);
  const shares = useMemo(
    () =>
      dimensions.map((each) =>
        days.map((day) => {
          const points = history.filter((one) => one.as_of === day && one.dimension === each.dimension);
          const n = points.reduce((sum, one) => sum + one.n, 0);
          return n ? 1 - points.reduce((sum, one) => sum + one.failing, 0) / n : null;
        }),
      ),
    [history, dimensions, days],
  );
  const title = of ? t("quality.trendOf", { of }) : t("quality.trend");
  if (days.length < 2) return <Alert type="info" showIcon title={title} description={t("quality.oneDay", { day: days[0] ?? "–" })} />;
  return (
    <Chart
      title={title}
      table={{ columns: [t("data.as_of"), ...dimensions.map((one) => one.name)], rows: days.map((day, at) => [day, ...shares.map((line) => line[at] ?? null)]) }}
      option={{
        tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (typeof value === "number" ? format.percent(value) : "–") },
        legend: { top: 0 },
        grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
        xAxis: { type: "category", data: days },
        yAxis: { type: "value", scale: true, max: 1, axisLabel: { formatter: (value: number) => format.percent(value) } },
        series: dimensions.map((one, at) => ({ type: "line", name: one.name, data: shares[at], connectNulls: true })),
      }}
    />
  );
}
