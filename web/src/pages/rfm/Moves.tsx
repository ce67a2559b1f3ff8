import { Card, Empty } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Schema } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Definition } from "../../components/Definition";
import { Heat } from "../../components/Heat";
import { useFormat } from "../../components/format";

interface Props {
  title: string;
  means: string;
  since: string | null; // the earlier day
  moves: Schema["Move"][];
  order: string[]; // of the states
  withDwell?: boolean;
}

const to = (move: Schema["Move"]) => `/customers?moved=${encodeURIComponent(`${move.from_state}>${move.to_state}`)}`;

/** How customers moved from one state to another: streams, and a table in which each cell leads to its customers. */
export function Moves({ title, means, since, moves, order, withDwell = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const columns = [t("rfm.from"), t("rfm.to"), t("rfm.customers"), t("rfm.share"), t("rfm.money"), ...(withDwell ? [t("rfm.dwell")] : [])];
  const rows = moves.map((one) => [one.from_name, one.to_name, one.customers, one.share, one.net_amount, ...(withDwell ? [one.dwell_days_median ?? null] : [])]);
  const option = useMemo(
    () => ({
      tooltip: { trigger: "item" },
      series: [
        {
          type: "sankey",
          left: 8,
          right: 130,
          top: 8,
          bottom: 8,
          nodeGap: 10,
          data: [...new Set([...moves.map((one) => `${one.from_name} `), ...moves.map((one) => ` ${one.to_name}`)])].map((name) => ({ name })),
          // the same state stands on both sides: a blank before or after the name tells them apart
          links: moves.map((one) => ({ source: `${one.from_name} `, target: ` ${one.to_name}`, value: one.customers })),
          lineStyle: { color: "source", opacity: 0.3 },
          emphasis: { focus: "adjacency" },
        },
      ],
    }),
    [moves],
  );
  if (!since) return <Card size="small" title={<>{title} <Definition of={title} means={means} /></>}><Empty description={t("rfm.noEarlier")} /></Card>;
  const said = `${title} (${t("rfm.since", { day: since })})`;
  const place = ([state]: [string, string]) => (order.includes(state) ? order.indexOf(state) : order.length); // new and gone come last
  const ends = [...new Map(moves.map((one) => [one.to_state, one.to_name]))].sort((a, b) => place(a) - place(b));
  const starts = [...new Map(moves.map((one) => [one.from_state, one.from_name]))].sort((a, b) => place(a) - place(b));
  const heat = starts.map(([from, name]) => ({
    name,
    cells: ends.map(([end, endName]) => {
      const move = moves.find((one) => one.from_state === from && one.to_state === end);
      if (!move) return null;
      const dwell = withDwell && move.dwell_days_median != null ? `\n${t("rfm.dwellDays", { days: format.decimal(move.dwell_days_median) })}` : "";
      const next = move.is_expected_next ? ` ★` : "";
      return {
        value: move.customers,
        words: `${format.count(move.customers)} · ${format.percent(move.share)}${next}${dwell}`,
        strength: move.share ?? 0,
        to: to(move),
        says: `${name} → ${endName}: ${t("customers.total", { count: move.customers })}, ${format.percent(move.share)}`,
      };
    }),
  }));
  return (
    <>
      <Chart title={said} extra={<Definition of={said} means={means} />} option={option} height={380} table={{ columns, rows }} onClick={(name) => { const one = moves.find((move) => name === `${move.from_name}  >  ${move.to_name}`); if (one) void navigate(to(one)); }} />
      <Heat title={t("rfm.fromTo", { title })} means={withDwell ? `${means} ${t("rfm.starMeans")}` : means} corner={t("rfm.fromRow")} columns={ends.map(([, name]) => name)} rows={heat} />
    </>
  );
}
