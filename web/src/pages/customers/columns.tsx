import type { TableProps } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "../../api/client";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";

export type Row = Schema["CustomerRow"];
type Column = NonNullable<TableProps<Row>["columns"]>[number];

const SORTED = ["age_years", "registered_on", "days_in_stage", "orders_365d", "net_amount_365d", "average_order_value_365d", "orders_life", "net_amount_life", "last_purchase_on", "recency_days"];
const COUNTS = ["age_years", "days_in_stage", "orders_365d", "orders_life", "recency_days"];
const MONEY = ["net_amount_365d", "average_order_value_365d", "net_amount_life"];
const WORDS: Record<string, string> = { rfm_group: "rfm_group", lifecycle_stage: "lifecycle_stage", gender: "gender", favourite_category: "category", favourite_channel: "channel" };

/** Every column that the list can show, in order; the name always comes first. */
export const COLUMNS = [
  "phone", "gender", "age_years", "province", "city", "occupation", "registered_on", "rfm_group", "lifecycle_stage", "days_in_stage", "orders_365d",
  "net_amount_365d", "average_order_value_365d", "orders_life", "net_amount_life", "last_purchase_on", "recency_days", "favourite_category", "favourite_channel", "tags",
] as const;
export const SHOWN: string[] = ["phone", "city", "rfm_group", "lifecycle_stage", "orders_365d", "net_amount_365d", "last_purchase_on"];

export function useColumns(chosen: string[], sort: string): Column[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { word, tag } = useWords();
  const cell = (name: (typeof COLUMNS)[number], row: Row) => {
    const value = row[name];
    if (COUNTS.includes(name)) return format.count(value);
    if (MONEY.includes(name)) return format.money(value);
    if (WORDS[name]) return word(WORDS[name], value);
    if (name === "tags") return value ? String(value).split(",").map((one) => tag("rule", one.trim())).join(", ") : "–";
    return value ?? "–";
  };
  return [
    { key: "name", title: t("field.name"), render: (_, row) => <Link to={`/customers/${encodeURIComponent(row.customer_id)}`}>{row.name ?? row.customer_id}</Link> },
    ...COLUMNS.filter((name) => chosen.includes(name)).map((name): Column => ({
      key: name,
      title: t(`field.${name}`),
      ...(COUNTS.includes(name) || MONEY.includes(name) ? { align: "right" as const } : {}),
      ...(SORTED.includes(name) ? { sorter: true, sortOrder: sort === name ? ("ascend" as const) : sort === `-${name}` ? ("descend" as const) : null } : {}),
      render: (_: unknown, row: Row) => cell(name, row),
    })),
  ];
}
