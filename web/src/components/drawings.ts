import type { EChartsCoreOption } from "echarts/core";
import type { TFunction } from "i18next";
import type { Schema } from "../api/client";

type Table = Schema["FindingTable"];
export interface Picture {
  what: "map" | "bars" | "parts" | "hours"; // defines it: t(`findings.${what}Means`)
  of: string; // what it shows of the table: the end of its title
  option: EChartsCoreOption;
  height: number;
  rows: number[]; // the row of the table behind each mark
}

export type Draw = (table: Table, t: TFunction) => Picture | null;

const place = (table: Table, key: string) => table.columns.findIndex((one) => one.key === key);
const numberOf = (table: Table, row: number, key: string): number | null => {
  const value = table.rows[row]?.values[place(table, key)];
  return typeof value === "number" ? value : null;
};
const wordOf = (table: Table, row: number, ...keys: string[]) => keys.filter((key) => place(table, key) >= 0).map((key) => table.rows[row]?.words[place(table, key)] ?? "").join(" · ");
const GRID = { left: 8, right: 64, top: 8, bottom: 8, containLabel: true };
const WIDEST = 46; // pixels across of the largest group

/** Groups by order value (across) and purchases (up) against all customers, both logarithmic; the area is the number of customers. */
const map: Draw = (table, t) => {
  const rows = table.rows.map((_, row) => row).filter((row) => (numberOf(table, row, "price_level") ?? 0) > 0 && (numberOf(table, row, "frequency_level") ?? 0) > 0);
  if (rows.length < 2) return null;
  const most = Math.max(...rows.map((row) => numberOf(table, row, "customers") ?? 0));
  const axis = (key: string, name: string) => {
    const levels = rows.map((row) => numberOf(table, row, key) ?? 1);
    const reach = Math.max(...levels.map((level) => Math.max(level, 1 / level))) * 1.4;
    return { type: "log", min: Number((1 / reach).toFixed(3)), max: Number(reach.toFixed(3)), name, nameLocation: "middle", nameGap: 12, splitLine: { show: false }, axisTick: { show: false }, axisLabel: { show: false } };
  };
  return {
    what: "map",
    of: t("findings.map"),
    height: 380,
    rows,
    option: {
      tooltip: { formatter: ({ dataIndex }: { dataIndex: number }) => `${wordOf(table, rows[dataIndex] ?? 0, "segment", "position")}<br>${wordOf(table, rows[dataIndex] ?? 0, "customers")}` },
      grid: { left: 32, right: 24, top: 16, bottom: 32 },
      xAxis: axis("price_level", t("findings.across")),
      yAxis: axis("frequency_level", t("findings.up")),
      series: [
        {
          type: "scatter",
          itemStyle: { opacity: 0.72 },
          label: { show: true, position: "top", formatter: ({ name }: { name: string }) => name },
          labelLayout: { hideOverlap: true },
          data: rows.map((row) => ({
            name: wordOf(table, row, "segment"),
            value: [numberOf(table, row, "price_level"), numberOf(table, row, "frequency_level")],
            symbolSize: WIDEST * Math.sqrt((numberOf(table, row, "customers") ?? 0) / most) + 6,
          })),
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "dashed" }, data: [{ xAxis: 1 }, { yAxis: 1 }] },
        },
      ],
    },
  };
};

/** Lying bars of one column, the first row on top. */
const bars = (value: string, ...names: string[]): Draw => (table) => {
  const rows = table.rows.map((_, row) => row).reverse();
  if (rows.length < 2 || place(table, value) < 0) return null;
  const words = (row: number) => wordOf(table, row, value);
  return {
    what: "bars",
    of: table.columns[place(table, value)]?.name ?? value,
    height: 60 + rows.length * 28,
    rows,
    option: {
      tooltip: { trigger: "item", formatter: ({ dataIndex }: { dataIndex: number }) => `${wordOf(table, rows[dataIndex] ?? 0, ...names)}<br>${words(rows[dataIndex] ?? 0)}` },
      grid: GRID,
      xAxis: { type: "value", axisLabel: { hideOverlap: true } },
      yAxis: { type: "category", data: rows.map((row) => wordOf(table, row, ...names)) },
      series: [{ type: "bar", barMaxWidth: 24, data: rows.map((row) => numberOf(table, row, value)), label: { show: true, position: "right", formatter: ({ dataIndex }: { dataIndex: number }) => words(rows[dataIndex] ?? 0) } }],
    },
  };
};

/** Of each group the part that another column counts. */
const parts = (whole: string, part: string, ...names: string[]): Draw => (table, t) => {
  const rows = table.rows.map((_, row) => row).reverse();
  if (rows.length < 2) return null;
  const partName = table.columns[place(table, part)]?.name ?? part;
  const line = (name: string, value: (row: number) => number) => ({ type: "bar", stack: "all", barMaxWidth: 24, name, data: rows.map(value) });
  return {
    what: "parts",
    of: partName,
    height: 90 + rows.length * 28,
    rows,
    option: {
      tooltip: { trigger: "item", formatter: ({ dataIndex }: { dataIndex: number }) => `${wordOf(table, rows[dataIndex] ?? 0, ...names)}<br>${wordOf(table, rows[dataIndex] ?? 0, part)} / ${wordOf(table, rows[dataIndex] ?? 0, whole)}` },
      legend: { top: 0 },
      grid: { ...GRID, top: 36 },
      xAxis: { type: "value", axisLabel: { hideOverlap: true } },
      yAxis: { type: "category", data: rows.map((row) => wordOf(table, row, ...names)) },
      series: [line(partName, (row) => numberOf(table, row, part) ?? 0), line(t("findings.rest"), (row) => (numberOf(table, row, whole) ?? 0) - (numberOf(table, row, part) ?? 0))],
    },
  };
};

/** Standing bars over the hours of the day. */
const hours: Draw = (table, t) => {
  const rows = table.rows.map((_, row) => row);
  if (rows.length < 2) return null;
  return {
    what: "hours",
    of: t("findings.hours"),
    height: 240,
    rows,
    option: {
      tooltip: { trigger: "item", formatter: ({ dataIndex }: { dataIndex: number }) => `${wordOf(table, dataIndex, "campaign_hour")}:00<br>${wordOf(table, dataIndex, "customers")}` },
      grid: { ...GRID, right: 16, top: 24 },
      xAxis: { type: "category", data: rows.map((row) => `${wordOf(table, row, "campaign_hour")}:00`) },
      yAxis: { type: "value", minInterval: 1 },
      series: [{ type: "bar", barMaxWidth: 28, data: rows.map((row) => numberOf(table, row, "customers")), label: { show: true, position: "top" } }],
    },
  };
};

/** By the key of a table; `market` is the group of keys market_by_…. */
export const drawings: Record<string, Draw[]> = {
  market: [bars("score", "segment"), map],
  tier_prices: [parts("customers", "falling_customers", "price_change", "tier")],
  circle_spread: [bars("lift_90d", "community", "category")],
  topics_by_age: [bars("lift", "age_band", "topic")],
  concerns: [bars("concerned_customers", "category", "topic")],
  needs_by_category: [parts("customers", "service_customers", "category")],
  contact_verdicts: [bars("customers", "verdict", "why")],
  place_preferences: [bars("customers", "place_preference")],
  campaign_hours: [hours],
  issues: [bars("hurt_customers", "product", "issue")],
  frequented: [bars("customers", "place_name")],
  place_tags: [bars("customers", "family", "tag")],
};
