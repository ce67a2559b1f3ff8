import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Heat } from "../../components/Heat";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

/** Which customers are in exactly which of some segments, and how much each shares with each. */
export function Overlap({ chosen }: { chosen: string[] }) {
  const asked = api.useQuery("get", "/api/v1/segments/overlap", { params: { query: { asked: chosen } } });
  return <Wait asked={asked}>{(data) => <Shown data={data} />}</Wait>;
}

const quoted = (key: string) => `in_segment('${key}')`;

function Shown({ data }: { data: Schema["Overlap"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = Object.keys(data.names);
  const most = Math.max(1, ...data.regions.filter((one) => one.inside.length).map((one) => one.customers));
  const rule = (inside: string[]) => keys.map((key) => (inside.includes(key) ? quoted(key) : `NOT ${quoted(key)}`)).join(" AND ");
  const both = (a: string, b: string) => data.regions.filter((one) => one.inside.includes(a) && one.inside.includes(b)).reduce((sum, one) => sum + one.customers, 0);
  const columns = [...keys.map((key) => data.names[key]!), t("segments.members")];
  return (
    <div className="stack">
      <DataTable
        title={t("segments.overlap")}
        means={t("segments.overlapMeans")}
        rowKey={(one) => one.inside.join(" ")}
        dataSource={data.regions}
        table={{ columns, rows: data.regions.map((one) => [...keys.map((key) => (one.inside.includes(key) ? 1 : 0)), one.customers]) }}
        columns={[
          ...keys.map((key) => ({
            title: `${data.names[key]} (${format.count(data.sizes[key])})`,
            key,
            align: "center" as const,
            render: (_: unknown, one: Schema["Region"]) => <span role="img" aria-label={t(one.inside.includes(key) ? "segments.inside" : "segments.outside")} className={one.inside.includes(key) ? "dot in" : "dot"} />,
          })),
          {
            title: t("segments.members"),
            key: "customers",
            width: "40%",
            render: (_: unknown, one: Schema["Region"]) => (
              <Link to={`/customers?${new URLSearchParams({ segment: rule(one.inside) }).toString()}`} className="bar-cell">
                {one.inside.length > 0 && <span className="bar" style={{ width: `${(one.customers / most) * 60}%` }} />}
                {format.count(one.customers)} {one.inside.length === 0 && t("segments.inNone")}
              </Link>
            ),
          },
        ]}
      />
      <Heat
        title={t("segments.pairs")}
        means={t("segments.pairsMean")}
        corner={t("segments.segment")}
        columns={keys.map((key) => data.names[key]!)}
        rows={keys.map((row) => ({
          name: data.names[row]!,
          cells: keys.map((column) => {
            const shared = both(row, column);
            const share = data.sizes[row] ? shared / data.sizes[row] : 0;
            return { value: shared, strength: share, words: `${format.percent(share)}\n${format.count(shared)}`, to: `/customers?${new URLSearchParams({ segment: `${quoted(row)} AND ${quoted(column)}` }).toString()}` };
          }),
        }))}
      />
    </div>
  );
}
