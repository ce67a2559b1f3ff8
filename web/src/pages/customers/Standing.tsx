import { Card, Descriptions, Empty, Flex, Progress, Tag, Tooltip, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { type Cells, type Detail, number, text } from "./row";

const SCORES = ["r_score", "f_score", "m_score"] as const;

/** Where the customer stands: RFM, stage with since when, tier with what is lacking for the next, figures of the year. */
export function Standing({ data }: { data: Detail }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const { profile, rfm, lifecycle, tier } = data;
  if (!profile) return <Card size="small" title={t("customer.standing")}><Empty description={t("customer.noProfile")} /></Card>;
  const items = [
    ...(rfm ? [{ key: "rfm", label: t("field.rfm_group"), children: <Rfm rfm={rfm} /> }] : []),
    ...(lifecycle
      ? [
          {
            key: "stage",
            label: <Tooltip title={word("means", "stage")}>{t("field.lifecycle_stage")}</Tooltip>,
            children: `${word("lifecycle_stage", lifecycle.stage)} · ${t("customer.sinceDays", { day: text(lifecycle.since), days: format.count(number(lifecycle.days_in_stage)) })}`,
          },
        ]
      : []),
    ...(tier ? [{ key: "tier", label: <Tooltip title={word("means", "tier")}>{t("customer.tier")}</Tooltip>, children: <Tier tier={tier} /> }] : []),
    { key: "orders", label: t("field.orders_365d"), children: format.count(number(profile.orders_365d)) },
    { key: "net", label: t("field.net_amount_365d"), children: format.money(number(profile.net_amount_365d)) },
    { key: "life", label: t("field.net_amount_life"), children: `${format.money(number(profile.net_amount_life))} · ${t("customer.ordersCount", { count: Number(profile.orders_life) })}` },
    { key: "last", label: t("field.last_purchase_on"), children: profile.last_purchase_on ? `${text(profile.last_purchase_on)} · ${t("customer.daysAgo", { count: Number(profile.recency_days) })}` : "–" },
    ...(data.cluster ? [{ key: "cluster", label: t("customer.cluster"), children: text((i18n.language === "en" && data.cluster.cluster_name_en) || data.cluster.cluster_name) }] : []),
  ];
  return (
    <Card size="small" title={t("customer.standing")}>
      <Descriptions size="small" column={1} items={items} />
    </Card>
  );
}

function Rfm({ rfm }: { rfm: Cells }) {
  const { word } = useWords();
  return (
    <Flex wrap gap={6} align="center">
      <Tooltip title={word("group_means", rfm.rfm_group)}><Typography.Text strong>{word("rfm_group", rfm.rfm_group)}</Typography.Text></Tooltip>
      {SCORES.map((score) => <Tooltip key={score} title={word("means", score)}><Tag>{`${score[0]?.toUpperCase()} ${text(rfm[score])}`}</Tag></Tooltip>)}
    </Flex>
  );
}

function Tier({ tier }: { tier: Cells }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const lacking = number(tier.net_amount_to_next);
  const has = number(tier.net_amount) ?? 0;
  const orders = number(tier.orders_to_next);
  return (
    <div style={{ width: "100%" }}>
      <span>{`${word("tier", tier.tier)} · ${t("customer.since", { day: text(tier.since) })}`}</span>
      {tier.next_tier !== null && lacking !== null && (
        <>
          <Progress percent={Math.round((100 * Math.max(has, 0)) / Math.max(has + lacking, 1))} size="small" aria-label={t("customer.toNext", { tier: word("tier", tier.next_tier) })} />
          <Typography.Text type="secondary">
            {t("customer.lacking", { tier: word("tier", tier.next_tier), amount: format.money(lacking), orders: format.count(orders ?? 0) })}
          </Typography.Text>
        </>
      )}
      {tier.is_at_risk === true && <Tag className="warns">{t("customer.tierAtRisk", { tier: word("tier", tier.tier_in_90d) })}</Tag>}
    </div>
  );
}
