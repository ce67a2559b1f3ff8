import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "../../components/Chart";
import { useFormat } from "../../components/format";
import { type Cells, number, text } from "./row";

/** The bills of the best plan and of the one it is compared with, side by side in every month. */
export function PlanMonths({ months }: { months: Cells[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const option = useMemo(() => {
    const money = (value: unknown) => (typeof value === "number" ? format.exactMoney(value) : "–");
    return {
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: money },
      legend: { top: 0 },
      grid: { left: 8, right: 8, top: 32, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: months.map((one) => text(one.month).slice(0, 7)) },
      yAxis: { type: "value", axisLabel: { formatter: (value: number) => format.money(value) } },
      series: [
        { type: "bar", name: t("customer.presentBill"), data: months.map((one) => number(one.compared_total)), itemStyle: { color: "#6b7280" } },
        { type: "bar", name: t("customer.bestBill"), data: months.map((one) => number(one.best_total)) },
      ],
    };
  }, [months, format, t]);
  const columns = [t("customer.month"), t("customer.presentBill"), t("customer.bestBill")];
  return <Chart title={t("customer.planMonths")} option={option} height={220} table={{ columns, rows: months.map((one) => [text(one.month).slice(0, 7), number(one.compared_total), number(one.best_total)]) }} />;
}
