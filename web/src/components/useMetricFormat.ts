import { useFormat } from "./format";

/** How a figure of a unit of the metric dictionary is written. */
export function useMetricFormat() {
  const format = useFormat();
  return (value: number | null | undefined, unit: string): string => {
    if (unit === "share") return format.percent(value);
    if (unit === "money") return value !== null && value !== undefined && Math.abs(value) < 1000 ? format.exactMoney(value) : format.money(value);
    return unit === "count" ? format.count(value) : format.decimal(value);
  };
}
