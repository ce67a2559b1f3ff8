import { Empty } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { type Schema, api } from "../api/client";
import { Chart } from "./Chart";
import { DataTable } from "./DataTable";
import { Definition } from "./Definition";
import { Wait } from "./Wait";
import { type Draw, drawings } from "./drawings";

export type Table = Schema["FindingTable"];
export type Subject = "segments" | "prices" | "spread" | "topics" | "criteria" | "needs" | "patterns" | "issues" | "places";

/** Where a row leads: to its customers, or to its product. */
export const leadsTo = (leads: Record<string, string> | null): string | null => {
  if (!leads) return null;
  return leads["product_id"] ? `/products/${encodeURIComponent(leads["product_id"])}` : `/customers?${new URLSearchParams(leads)}`;
};

/** The tables of one subject, each with its definition, a picture where one says more, and the customers behind each row. */
export function Findings({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/findings/{subject}", { params: { path: { subject } } });
  return (
    <Wait asked={asked}>
      {({ tables }) => (
        <div className="stack">
          {tables.length === 0 && <Empty description={t(`findings.none.${subject}`)} />}
          {tables.map((one) => <Shown key={one.key} table={one} draws={drawings[one.key.startsWith("market_by_") ? "market" : one.key]} />)}
        </div>
      )}
    </Wait>
  );
}

const NONE: Draw[] = [];

function Shown({ table, draws = NONE }: { table: Table; draws: Draw[] | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const names = table.columns.map((one) => one.name);
  const saved = { columns: names, rows: table.rows.map((row) => row.values) };
  const pictures = useMemo(() => draws.map((draw) => draw(table, t)).filter((one) => one !== null), [table, draws, t]);
  const open = (place: number) => {
    const to = leadsTo(table.rows[place]?.leads ?? null);
    if (to) void navigate(to);
  };
  const first = Math.max(0, table.columns.findIndex((one) => !one.number && one.key !== "product_id")); // the link stands on a name
  return (
    <>
      {pictures.map((picture) => (
        <Chart key={picture.of} title={t("findings.picture", { of: table.name, what: picture.of })} extra={<Definition of={table.name} means={t(`findings.${picture.what}Means`)} />} option={picture.option} height={picture.height} table={saved} onClick={(_name, place) => open(picture.rows[place] ?? -1)} />
      ))}
      <DataTable
        title={table.name}
        means={table.means}
        rowKey={(row) => row.words.join("/")}
        dataSource={table.rows}
        table={saved}
        columns={table.columns.map((column, place) => ({
          title: column.name,
          align: column.number ? ("right" as const) : ("left" as const),
          className: column.number ? "" : "breaks",
          render: (_: unknown, row: Schema["FindingRow"]) => {
            const to = place === first ? leadsTo(row.leads) : null;
            return to ? <Link to={to}>{row.words[place]}</Link> : row.words[place];
          },
        }))}
      />
    </>
  );
}
