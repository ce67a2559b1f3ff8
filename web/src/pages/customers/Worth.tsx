import { Card, Descriptions, Progress, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { type Cells, number, text } from "./row";

const PARTS = ["current_contribution", "potential_contribution", "loyalty_contribution"] as const;
const AMOUNTS = ["revenue_amount", "margin_amount", "value_amount", "potential_amount"] as const;
const COSTS = ["product", "service", "contact", "acquisition"] as const;

/** What the customer is worth: the score of 100 points and where its points come from. */
export function Worth({ value }: { value: Cells }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const title = <Tooltip title={word("means", "value_score")}>{`${t("customer.worth")}: ${format.decimal(number(value.value_score))} · ${word("value_band", value.value_band)}`}</Tooltip>;
  return (
    <Card size="small" title={title}>
      <Descriptions
        size="small"
        column={1}
        styles={{ label: { minWidth: 118 } }}
        items={[
          ...PARTS.map((part) => ({
            key: part,
            label: t(`customer.${part}`),
            children: <Progress percent={number(value[part]) ?? 0} size="small" format={(points) => t("customer.points", { points: format.decimal(points) })} aria-label={t(`customer.${part}`)} style={{ width: "100%" }} />,
          })),
          ...AMOUNTS.filter((name) => value[name] !== null).map((name) => ({ key: name, label: t(`customer.${name}`), children: format.money(number(value[name])) })),
          { key: "rank", label: t("customer.rank"), children: value.revenue_rank === null ? "–" : value.margin_rank === null ? t("customer.rankOfRevenue", { revenue: format.count(number(value.revenue_rank)) }) : t("customer.ranks", { revenue: format.count(number(value.revenue_rank)), margin: format.count(number(value.margin_rank)) }) },
          ...(value.costs_known ? [{ key: "costs", label: t("customer.costsKnown"), children: COSTS.filter((cost) => text(value.costs_known).split(",").includes(cost)).map((cost) => t(`customer.costOf.${cost}`)).join(t("customer.comma")) }] : []),
        ]}
      />
    </Card>
  );
}
