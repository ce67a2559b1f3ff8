import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Definition } from "../../components/Definition";
import { bars } from "../../components/bars";
import { useFormat } from "../../components/format";

const said = (format: (value: number) => string) => (value: unknown) => (typeof value === "number" ? format(value) : "–");

/** What was said against what came: on the line, a chance can be taken at its word. */
export function Calibration({ bins }: { bins: Schema["CalibrationBin"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.min(1, Math.ceil(Math.max(...bins.flatMap((bin) => [bin.said, bin.came])) * 10) / 10);
  const option = useMemo(() => {
    const percent = said(format.percent);
    const axis = (name: string) => ({ type: "value", name, nameLocation: "middle", nameGap: 30, min: 0, max: most, axisLabel: { formatter: percent } });
    return {
      tooltip: { trigger: "item" },
      grid: { left: 32, right: 24, top: 16, bottom: 36, containLabel: true },
      xAxis: axis(t("models.saidChance")),
      yAxis: { ...axis(t("models.cameShare")), nameGap: 44 },
      series: [
        { type: "line", data: [[0, 0], [most, most]], symbol: "none", silent: true, lineStyle: { type: "dashed", color: "#6b7280" } },
        { type: "line", data: bins.map((bin) => [bin.said, bin.came]), symbolSize: 9 },
      ],
    };
  }, [bins, most, format, t]);
  const columns = [t("models.saidChance"), t("models.cameShare"), t("rfm.customers")];
  return <Chart title={t("models.calibration")} extra={<Definition of={t("models.calibration")} means={t("models.calibrationMeans")} />} option={option} table={{ columns, rows: bins.map((bin) => [bin.said, bin.came, bin.rows]) }} />;
}

/** How many of those it happens to are found when the best scored are taken first. */
export function Gain({ parts }: { parts: Schema["GainPart"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const option = useMemo(() => {
    const percent = said(format.percent);
    const names = parts.map((part) => format.percent(part.part / parts.length));
    return {
      tooltip: { trigger: "axis" },
      legend: { top: 0 },
      grid: { left: 8, right: 8, top: 36, bottom: 24, containLabel: true },
      xAxis: { type: "category", data: names, name: t("models.bestFirst"), nameLocation: "middle", nameGap: 26 },
      yAxis: [
        { type: "value", min: 0, max: 1, axisLabel: { formatter: percent } },
        { type: "value", min: 0, splitLine: { show: false } },
      ],
      series: [
        { type: "bar", name: t("models.lift"), yAxisIndex: 1, data: parts.map((part) => part.lift), tooltip: { valueFormatter: said(format.decimal) }, itemStyle: { opacity: 0.55 } },
        { type: "line", name: t("models.gain"), data: parts.map((part) => part.gain), tooltip: { valueFormatter: percent } },
      ],
    };
  }, [parts, format, t]);
  const columns = [t("models.part"), t("rfm.customers"), t("models.hits"), t("models.rate"), t("models.lift"), t("models.gain")];
  return <Chart title={t("models.gainAndLift")} extra={<Definition of={t("models.gainAndLift")} means={t("models.gainMeans")} />} option={option} table={{ columns, rows: parts.map((part) => [part.part, part.rows, part.hits, part.rate, part.lift, part.gain]) }} />;
}

/** What moves the score, the strongest first. */
export function Drivers({ drivers }: { drivers: Schema["Driver"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const option = useMemo(() => bars(drivers.slice(0, 12).map((one) => ({ name: one.name, value: one.weight })), format.decimal), [drivers, format]);
  return <Chart title={t("models.drivers")} extra={<Definition of={t("models.drivers")} means={t("models.driversMean")} />} option={option} height={60 + Math.min(drivers.length, 12) * 28} table={{ columns: [t("models.feature"), t("models.weight")], rows: drivers.map((one) => [one.name, one.weight]) }} />;
}
