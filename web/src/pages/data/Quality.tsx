import { Alert, Button, Card, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Definition } from "../../components/Definition";
import { Heat, type HeatCell } from "../../components/Heat";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { FailingRows, type Kind } from "./FailingRows";
import { Trend } from "./Trend";

type Cell = Schema["QualityCell"];
const WORST = 25; // columns of the map while no table is chosen

/** How good the data are: a scorecard of each source and table, a map of the columns that fail, and how it went. */
export function Quality() {
  const asked = api.useQuery("get", "/api/v1/data/quality");
  return <Wait asked={asked}>{(data) => <Scores data={data} />}</Wait>;
}

function Scores({ data }: { data: Schema["Quality"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { params, setParams } = useFilters();
  const [source, table, column, dimension] = ["source", "table_name", "column_name", "dimension"].map((name) => params.get(name));
  if (data.scorecard.length === 0) return <Alert type="info" showIcon title={t("quality.none")} />;
  const heads = data.dimensions.map((one) => one.name);
  const address = (one: Cell, failing: boolean) => {
    const chosen = { tab: "quality", source: one.source, table_name: one.table_name, ...(failing ? { column_name: one.column_name ?? "", dimension: one.dimension } : {}) };
    return `?${new URLSearchParams(chosen)}`;
  };
  const rowsOf = (cells: Cell[], name: (one: Cell) => string, leads: (one: Cell) => string | undefined) => {
    const kept = new Map<string, Cell[]>();
    for (const one of cells) kept.set(name(one), [...(kept.get(name(one)) ?? []), one]);
    return [...kept].map(([words, own]) => ({
      name: words,
      cells: data.dimensions.map((each): HeatCell | null => {
        const cell = own.find((one) => one.dimension === each.dimension);
        if (!cell || cell.share === null) return null;
        const to = leads(cell);
        const share = format.passing(cell.share);
        const says = `${words}, ${each.name}: ${share}, ${t("quality.failingOf", { failing: format.count(cell.failing), n: format.count(cell.n) })}`;
        return { value: cell.share, words: cell.newest_on ? `${share}\n${cell.newest_on}` : share, strength: Math.cbrt(1 - cell.share), says, ...(to ? { to } : {}) };
      }),
    }));
  };
  const own = (cell: Cell) => (!source || cell.source === source) && (!table || cell.table_name === table);
  const named = (one: Cell) => (table ? (one.column ?? "") : `${one.source} · ${one.table} · ${one.column}`);
  const worst = new Map<string, number>();
  for (const one of data.columns.filter(own)) worst.set(named(one), Math.max(worst.get(named(one)) ?? 0, one.share === null ? 0 : 1 - one.share));
  const failing = [...worst].filter(([, share]) => table || share > 0).toSorted((a, b) => b[1] - a[1]);
  const places = new Map(failing.slice(0, table ? undefined : WORST).map(([name], place) => [name, place]));
  const shown = data.columns.filter((one) => own(one) && places.has(named(one))).toSorted((a, b) => (places.get(named(a)) ?? 0) - (places.get(named(b)) ?? 0));
  const kind = data.dimensions.find((one) => one.dimension === dimension)?.dimension as Kind | undefined; // an address may say anything
  const chosen = table && data.scorecard.find(own);
  return (
    <div className="stack">
      <ul className="figures" style={{ gridTemplateColumns: "repeat(auto-fill, minmax(190px, 1fr))" }} aria-label={t("quality.all")}>
        {data.dimensions.map((one) => (
          <li key={one.dimension}>
            <Card size="small">
              <Flex justify="space-between" align="center"><Typography.Text type="secondary">{one.name}</Typography.Text><Definition of={one.name} means={one.means} formula={t("quality.formula")} /></Flex>
              <div className="figure-value">{format.passing(one.share)}</div>
              <Typography.Text type="secondary">{t("quality.failingOf", { failing: format.count(one.failing), n: format.count(one.n) })}</Typography.Text>
            </Card>
          </li>
        ))}
      </ul>
      <Heat title={t("quality.scorecard")} means={t("quality.scorecardMean")} corner={t("quality.sourceTable")} columns={heads} rows={rowsOf(data.scorecard, (one) => `${one.source} · ${one.table}`, (one) => address(one, false))} />
      {chosen && (
        <Flex gap={8} align="center" wrap>
          <Tag>{`${chosen.source} · ${chosen.table}`}</Tag>
          <Button size="small" onClick={() => setParams({ tab: "quality" })}>{t("quality.allTables")}</Button>
        </Flex>
      )}
      <Heat
        title={chosen ? t("quality.mapOf", { of: `${chosen.source} · ${chosen.table}` }) : t("quality.map", { count: Math.min(WORST, failing.length) })}
        means={t("quality.mapMean")}
        corner={t("data.column")}
        columns={heads}
        rows={rowsOf(shown, named, (one) => (one.failing ? address(one, true) : undefined))}
      />
      <Trend history={data.history.filter((one) => (!source || one.source === source) && (!table || one.table_name === table))} dimensions={data.dimensions} of={chosen ? `${chosen.source} · ${chosen.table}` : null} />
      {source && table && column && kind && (
        <FailingRows cell={{ source, table_name: table, column_name: column, dimension: kind }} title={data.columns.find((one) => own(one) && one.column_name === column && one.dimension === kind)} name={data.dimensions.find((one) => one.dimension === kind)?.name ?? kind} close={() => setParams({ tab: "quality", source, table_name: table })} />
      )}
    </div>
  );
}
