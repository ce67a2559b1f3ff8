import type { EChartsCoreOption } from "echarts/core";

/** Lying bars, the first on top, each with its figure at the end. */
export function bars(items: { name: string; value: number | null }[], write: (value: number) => string): EChartsCoreOption {
  const shown = items.toReversed();
  const said = (value: unknown) => (typeof value === "number" ? write(value) : "–");
  return {
    tooltip: { trigger: "item", valueFormatter: said },
    grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", axisLabel: { formatter: said, hideOverlap: true } },
    yAxis: { type: "category", data: shown.map((one) => one.name) },
    series: [{ type: "bar", barMaxWidth: 28, data: shown.map((one) => one.value), label: { show: true, position: "right", formatter: ({ value }: { value: unknown }) => said(value) } }],
  };
}
