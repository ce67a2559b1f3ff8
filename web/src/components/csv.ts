import type { ChartTable } from "./Chart";

const RISKY = /^[=+\-@\t\r\n＝＋－＠]/; // a spreadsheet would take it for a formula; one of the East the wide signs too

const cell = (value: string | number | null): string => {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = RISKY.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Save a table as a CSV file that Excel opens as UTF-8. */
export function toCsv(name: string, { columns, rows }: ChartTable) {
  const text = [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\uFEFF", text, "\r\n"], { type: "text/csv;charset=utf-8" }));
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
