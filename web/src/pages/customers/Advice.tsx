import { Card, Col, Descriptions, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { Coming } from "./Coming";
import { PlanMonths } from "./PlanMonths";
import { type Detail, number, text } from "./row";

/** What is likely to come and what to do: each card only where the project has the table it tells from. */
export function Advice({ data }: { data: Detail }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const { churn, off_net: gone, best_plan: plan, recommendations: fits, offers, plan_months: months, clv: worth } = data;
  const zh = i18n.language === "zh";
  const reasons = (churn?.[zh ? "reasons" : "reasons_en"] as string[] | undefined) ?? [];
  return (
    <>
      {churn && (
        <Col xs={24} lg={12} xxl={8}>
          <Card size="small" title={t("customer.churn")}>
            <Descriptions
              size="small"
              column={1}
              items={[
                { key: "p", label: t("customer.churnChance"), children: <Flex gap={6}>{format.percent(number(churn.churn_probability))}<Tag>{t(`customer.band.${text(churn.band) as "high"}`, { defaultValue: text(churn.band) })}</Tag></Flex> },
                { key: "risk", label: t("customer.atRisk"), children: format.money(number(churn.value_at_risk)) },
                { key: "silent", label: t("customer.silent"), children: t("customer.silentOf", { days: format.count(number(churn.silent_days)), horizon: format.count(number(churn.horizon_days)) }) },
                ...(reasons.length ? [{ key: "why", label: t("customer.reasons"), children: <ul style={{ margin: 0, paddingInlineStart: 18 }}>{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul> }] : []),
                { key: "play", label: t("customer.play"), children: word("play", churn.play) },
                ...(gone ? [{ key: "lost", label: t("customer.lostOn"), children: text(gone.lost_on) }] : []),
              ]}
            />
          </Card>
        </Col>
      )}
      {worth && <Col xs={24} lg={12} xxl={8}><Coming data={data} /></Col>}
      {fits.length > 0 && (
        <Col xs={24} lg={12} xxl={8}>
          <Card size="small" title={t("customer.suits")}>
            <ol style={{ margin: 0, paddingInlineStart: 20 }}>
              {fits.map((fit) => (
                <li key={String(fit.category)}>
                  <Typography.Text strong>{word("category", fit.category)}</Typography.Text>{" "}
                  <Typography.Text type="secondary">
                    {t("customer.fitWhy", { base: format.percent(number(fit.base_rate)), own: format.decimal(number(fit.own_lift)), orders: format.count(number(fit.bought_orders)) })}
                  </Typography.Text>
                </li>
              ))}
            </ol>
          </Card>
        </Col>
      )}
      {offers.length > 0 && (
        <Col xs={24} lg={12} xxl={8}>
          <Card size="small" title={t("customer.offers")}>
            <ol style={{ margin: 0, paddingInlineStart: 20 }}>
              {offers.map((offer) => (
                <li key={text(offer.product_id)}>
                  <Link to={`/products/${encodeURIComponent(text(offer.product_id))}`}>{text(offer.product_name ?? offer.product_id)}</Link>
                  <div><Typography.Text type="secondary">{text(zh ? offer.reason : offer.reason_en)}</Typography.Text></div>
                </li>
              ))}
            </ol>
          </Card>
        </Col>
      )}
      {plan && (
        <Col xs={24} lg={12} xxl={8}>
          <Card size="small" title={t("customer.bestPlan")}>{text(zh ? plan.sentence_zh : plan.sentence_en)}</Card>
        </Col>
      )}
      {months.length > 0 && <Col xs={24} xxl={16}><PlanMonths months={months} /></Col>}
    </>
  );
}
