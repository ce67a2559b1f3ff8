import { useCallback } from "react";
import { useFormat } from "./format";

/** How a figure of a unit of the metric dictionary is written; small money with its cents. */
export function useMetricFormat() {
  const format = useFormat();
  return useCallback(
    (value: number | null | undefined, unit: string): string => {
      if (unit === "share") return format.percent(value);
      if (unit === "money") return typeof value === "number" && Math.abs(value) < 1000 ? format.exactMoney(value) : format.money(value);
      return unit === "count" ? format.count(value) : format.decimal(value);
    },
    [format],
  );
}
