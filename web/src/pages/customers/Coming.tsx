import { Card, Descriptions, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { type Detail, number, text } from "./row";

/** What the customer is likely to be worth, when the next purchase is likely, and of which category. */
export function Coming({ data }: { data: Detail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const { clv, next_purchase: next, clv_history: history } = data;
  if (!clv) return null;
  const money = (value: unknown) => format.money(number(value));
  const past = history.filter((row) => text(row.seen_on) < data.as_of);
  const items = [
    { key: "clv", label: t("customer.coming.clvValue", { days: format.count(number(clv.horizon_days)) }), children: <span>{money(clv.clv)} <Typography.Text type="secondary">{money(clv.clv_low) === money(clv.clv_high) ? t("customer.coming.clvMostly", { value: money(clv.clv_low) }) : t("customer.coming.clvBetween", { low: money(clv.clv_low), high: money(clv.clv_high) })}</Typography.Text></span> },
    { key: "alive", label: t("customer.coming.alive"), children: format.percent(number(clv.probability_alive)) },
    { key: "expected", label: t("customer.coming.expected"), children: t("customer.coming.expectedOf", { purchases: format.decimal(number(clv.expected_purchases)), spend: money(clv.expected_spend) }) },
  ];
  const state = text(clv.margin_state);
  items.splice(1, 0, { key: "margin", label: t("customer.coming.margin"), children: state === "told" ? <span>{money(clv.margin_clv)} <Typography.Text type="secondary">{money(clv.margin_clv_low) === money(clv.margin_clv_high) ? t("customer.coming.clvMostly", { value: money(clv.margin_clv_low) }) : t("customer.coming.clvBetween", { low: money(clv.margin_clv_low), high: money(clv.margin_clv_high) })}</Typography.Text></span> : <Typography.Text type="secondary">{t(`customer.coming.marginUnknown_${state as "loss"}`)}</Typography.Text> });
  if (next) {
    items.push(
      { key: "soon", label: t("customer.coming.soon"), children: t("customer.coming.soonOf", { soon: format.percent(number(next.probability_30d)), later: format.percent(number(next.probability_90d)) }) },
      { key: "likely", label: t("customer.coming.likely"), children: next.likely_on ? t("customer.coming.likelyBy", { day: text(next.likely_on) }) : t("customer.coming.never") },
    );
    if (next.category) items.push({ key: "category", label: t("customer.coming.nextCategory"), children: t("customer.coming.nextCategoryOf", { category: word("category", next.category), share: format.percent(number(next.category_probability)) }) });
  }
  if (past.length) items.push({ key: "then", label: t("customer.coming.then"), children: <div>{past.map((row) => <div key={text(row.seen_on)}>{t("customer.coming.thenOf", { day: text(row.seen_on), value: money(row.clv) })}</div>)}</div> });
  return <Card size="small" title={t("customer.coming.clv")}><Descriptions size="small" column={1} items={items} /></Card>;
}
