import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { CHART_COLORS } from "../../app/look";
import { Chart } from "../../components/Chart";
import { Definition } from "../../components/Definition";
import { useFormat } from "../../components/format";

const said = (format: (value: number) => string) => (value: unknown) => (typeof value === "number" ? format(value) : "–");

/** What is gained by treating those first whom the model says are moved most, against treating as many at random. */
export function Qini({ points }: { points: Schema["QiniPoint"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const option = useMemo(() => {
    const line = (name: string, data: number[], color: string, type: "solid" | "dashed" | "dotted") => ({ type: "line" as const, name, data, color, symbol: "none", lineStyle: { type } });
    return {
      tooltip: { trigger: "axis", valueFormatter: said((value) => value.toFixed(4)) },
      legend: { top: 0 },
      grid: { left: 8, right: 16, top: 36, bottom: 28, containLabel: true },
      xAxis: { type: "category", data: points.map((point) => format.percent(point.share)), name: t("models.treatedShare"), nameLocation: "middle", nameGap: 28 },
      yAxis: { type: "value", axisLabel: { formatter: said(format.decimal) } },
      series: [
        line(t("models.qiniModel"), points.map((point) => point.gain), CHART_COLORS[0]!, "solid"),
        line(t("models.qiniLow"), points.map((point) => point.low), CHART_COLORS[0]!, "dotted"),
        line(t("models.qiniHigh"), points.map((point) => point.high), CHART_COLORS[0]!, "dotted"),
        line(t("models.qiniRandom"), points.map((point) => point.random), "#6b7280", "dashed"),
      ],
    };
  }, [points, format, t]);
  const columns = [t("models.treatedShare"), t("models.qiniModel"), t("models.qiniLow"), t("models.qiniHigh"), t("models.qiniRandom")];
  return <Chart title={t("models.qini")} extra={<Definition of={t("models.qini")} means={t("models.qiniMeans")} />} option={option} table={{ columns, rows: points.map((point) => [point.share, point.gain, point.low, point.high, point.random]) }} />;
}

/** Customers of like predicted effect, and the effect that was measured on them, with its interval. */
export function Buckets({ buckets }: { buckets: Schema["EffectBucket"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const option = useMemo(
    () => ({
      tooltip: { trigger: "axis", valueFormatter: said((value) => value.toFixed(4)) },
      legend: { top: 0 },
      grid: { left: 8, right: 16, top: 36, bottom: 28, containLabel: true },
      xAxis: { type: "category", data: buckets.map((one) => String(one.bucket)), name: t("models.mostMovedFirst"), nameLocation: "middle", nameGap: 28 },
      yAxis: { type: "value", axisLabel: { formatter: said(format.decimal) } },
      series: [
        { type: "bar", name: t("models.measuredEffect"), data: buckets.map((one) => one.effect), itemStyle: { opacity: 0.75 } },
        { type: "scatter", name: t("models.predictedEffect"), data: buckets.map((one) => one.predicted), symbolSize: 9 },
        { type: "scatter", name: t("models.effectEnds"), symbol: "rect", symbolSize: [18, 2], color: "#374151", data: buckets.flatMap((one) => [[String(one.bucket), one.low], [String(one.bucket), one.high]]) },
      ],
    }),
    [buckets, format, t],
  );
  const columns = [t("models.bucket"), t("rfm.customers"), t("models.predictedEffect"), t("models.measuredEffect"), t("models.qiniLow"), t("models.qiniHigh")];
  return <Chart title={t("models.buckets")} extra={<Definition of={t("models.buckets")} means={t("models.bucketsMean")} />} option={option} table={{ columns, rows: buckets.map((one) => [one.bucket, one.rows, one.predicted, one.effect, one.low, one.high]) }} />;
}
