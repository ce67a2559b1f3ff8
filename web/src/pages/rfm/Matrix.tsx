import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Heat } from "../../components/Heat";
import { useFormat } from "../../components/format";

const SCORES = [1, 2, 3, 4, 5];

/** Frequency by recency: people and money; each cell leads to its customers. */
export function Matrix({ cells }: { cells: Schema["Cell"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(1, ...cells.map((cell) => cell.customers));
  const rows = SCORES.toReversed().map((f) => ({
    name: `F${f}`,
    cells: SCORES.map((r) => {
      const cell = cells.find((one) => one.r_score === r && one.f_score === f);
      if (!cell) return null;
      const people = t("customers.total", { count: cell.customers });
      return {
        value: cell.customers,
        words: `${format.count(cell.customers)}\n${format.money(cell.monetary)}`,
        strength: Math.sqrt(cell.customers / most),
        to: `/customers?r_score=${r}&f_score=${f}`,
        says: `R${r} F${f}: ${people}, ${format.money(cell.monetary)}`,
      };
    }),
  }));
  return <Heat title={t("rfm.matrix")} means={t("rfm.matrixMeans")} corner={t("rfm.corner")} columns={SCORES.map((r) => `R${r}`)} rows={cells.length ? rows : []} />;
}
