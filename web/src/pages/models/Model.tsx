import { Alert, Card, Col, Descriptions, Flex, Row, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { type Schema, api } from "../../api/client";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { Choose } from "./Choose";
import { Calibration, Drivers, Gain } from "./Curves";
import { Buckets, Qini } from "./Effects";
import { Candidates, Measures, SeenSince } from "./Tables";

/** The card of a model: on whom, how good, calibrated how, moved by what, and where it ends. */
export function Component() {
  const { name = "" } = useParams();
  const [params] = useSearchParams();
  const version = Number(params.get("version")) || null;
  const asked = api.useQuery("get", "/api/v1/models/{name}", { params: { path: { name }, query: version ? { version } : {} } });
  return <Wait asked={asked}>{(card) => <Shown card={card} again={() => void asked.refetch()} />}</Wait>;
}

function Shown({ card, again }: { card: Schema["Card"]; again: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [, setParams] = useSearchParams();
  const state = (one: Schema["Version"]) => t(one.is_champion ? "models.servesNow" : one.is_published ? "models.kept" : "models.notServing");
  const facts = [
    ["population", card.population],
    ["definition", card.definition],
    ["horizon", card.horizon_days ? t("models.days", { days: format.count(card.horizon_days) }) : null],
    ["fitted", t(card.qini_curve.length ? "models.rowsTreated" : card.positives ? "models.rows" : "models.rowsOnly", { rows: format.count(card.rows), positives: format.count(card.positives) })],
    ["trainedOn", card.trained_on.join(", ")],
    ["judged", card.judged_on && t(card.counted ? "models.judgedOn" : "models.judgedTimes", { day: card.judged_on, rows: format.count(card.judged_rows), counted: card.counted })],
    ["baseline", card.baseline],
    ["data", t("models.fingerprint", { digest: card.fingerprint.slice(0, 16), seed: card.seed })],
  ] as const;
  return (
    <div className="stack">
      <Flex gap={12} wrap justify="space-between" align="center">
        <div>
          <Link to="/models">{t("models.back")}</Link>
          <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>{card.title}</Typography.Title>
          <Flex gap={8} wrap><Typography.Text type="secondary">{`${card.method} · ${card.as_of}`}</Typography.Text><Level tone={card.is_champion ? "good" : "plain"}>{state(card.versions.find((one) => one.version === card.version)!)}</Level></Flex>
        </div>
        <Flex gap={8} wrap align="center">
          {card.qini_curve.length > 0 && <Link to="/campaigns">{t("models.toCampaigns")}</Link>}
          {card.name === "churn" && <Link to="/warnings">{t("models.toWarnings")}</Link>}
          <Choose card={card} done={again} />
          <Select style={{ minWidth: 220 }} aria-label={t("models.version")} value={card.version} onChange={(version: number) => setParams({ version: String(version) })} options={card.versions.map((one) => ({ value: one.version, label: `${t("models.versionOf", { version: one.version })} · ${one.as_of} · ${state(one)}` }))} />
        </Flex>
      </Flex>
      {card.refusal && <Alert type="warning" showIcon title={t("models.whyRefused")} description={card.refusal} />}
      <Row gutter={[12, 12]}>
        <Col xs={24} xl={12}>
          <Card size="small" title={t("models.about")}>
            <Descriptions size="small" column={1} items={facts.filter(([, said]) => said).map(([key, said]) => ({ key, label: t(`models.facts.${key}`), children: said }))} />
          </Card>
        </Col>
        <Col xs={24} xl={12}>
          <div className="stack">
            <Measures card={card} />
            {(card.threshold || card.name === "churn") && card.calibration.length > 0 && <Threshold card={card} />}
            <Card size="small" title={t("models.limits")}><ul className="plain">{card.limits.map((limit) => <li key={limit}>{limit}</li>)}</ul></Card>
          </div>
        </Col>
        {card.calibration.length > 0 && <Col xs={24} xl={12}><Calibration bins={card.calibration} /></Col>}
        {card.gain.length > 0 && <Col xs={24} xl={12}><Gain parts={card.gain} /></Col>}
        {card.qini_curve.length > 0 && <Col xs={24} xl={12}><Qini points={card.qini_curve} /></Col>}
        {card.buckets.length > 0 && <Col xs={24} xl={12}><Buckets buckets={card.buckets} /></Col>}
        {card.drivers.length > 0 && <Col xs={24} xl={12}><Drivers drivers={card.drivers} /></Col>}
        {card.candidates.length > 0 && <Col xs={24} xl={12}><Candidates card={card} /></Col>}
        <Col span={24}><SeenSince card={card} /></Col>
      </Row>
    </div>
  );
}

function Threshold({ card }: { card: Schema["Card"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const threshold = card.threshold;
  return (
    <Card size="small" title={t("models.threshold")}>
      {threshold ? (
        <Typography.Text>{t("models.thresholdSays", { at: format.percent(threshold.threshold), acted: format.count(threshold.acted), counted: card.counted, earned: format.money(threshold.earned), cost: format.exactMoney(threshold.contact_cost), saved: format.exactMoney(threshold.saved_value), precision: format.percent(threshold.precision), recall: format.percent(threshold.recall) })}</Typography.Text>
      ) : (
        <Typography.Text type="secondary">{t("models.noThreshold")}</Typography.Text>
      )}
    </Card>
  );
}
