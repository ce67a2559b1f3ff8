import { Alert, Card, Col, Flex, Row, Tabs, Typography } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { type Schema, api } from "../../api/client";
import { useMay } from "../../app/me";
import { Wait } from "../../components/Wait";
import { useFilters } from "../../components/useFilters";
import { Builder } from "./Builder";
import { Composed } from "./Composed";
import { Explained } from "./Explained";
import { Found } from "./Found";
import { Moves } from "./Moves";
import { RuleText } from "./RuleText";
import { Save } from "./Save";
import { useRule } from "./useRule";

/** A saved segment (`key`), a rule of the address (`rule`), or nothing yet. */
export function Component() {
  const [params] = useSearchParams();
  const key = params.get("key");
  const known = api.useQuery("get", "/api/v1/segments/vocabulary", {});
  const saved = api.useQuery("get", "/api/v1/segments/{key}", { params: { path: { key: key ?? "" } } }, { enabled: key !== null });
  return <Wait asked={known}>{(vocabulary) => (key === null ? <Editor key="" known={vocabulary} saved={null} /> : <Wait asked={saved}>{(one) => <Editor key={one.key} known={vocabulary} saved={one} />}</Wait>)}</Wait>;
}

function Editor({ known, saved }: { known: Schema["Vocabulary"]; saved: Schema["SegmentOne"] | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay("segments.write");
  const { params, change } = useFilters();
  const { text, tree, rule, problem, type, build } = useRule(params.get("rule") ?? saved?.expression ?? null);
  // the address holds the rule, so that it can be sent to somebody before it is saved
  useEffect(() => {
    if (rule === "" || rule === params.get("rule") || (!params.has("rule") && rule === saved?.expression)) return;
    change("rule", [rule], { replace: true });
  }, [rule, params, change, saved]);
  const go = (key: string | null) => void navigate(key ? `/segments/edit?key=${key}` : "/segments");
  const tab = params.get("tab") ?? "explain";
  const shown = rule === "" ? null : rule;
  return (
    <div className="stack">
      <Flex gap={12} wrap justify="space-between" align="center">
        <div>
          <Link to="/segments">{t("segments.back")}</Link>
          <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>{saved?.name ?? t("segments.new")}</Typography.Title>
          {saved && <Typography.Text type="secondary">{[saved.key, saved.owner, t(`segments.origin.${saved.origin}`), saved.doc].filter(Boolean).join(" · ")}</Typography.Text>}
        </div>
        {may && <Save saved={saved} rule={problem ? "" : rule} done={go} />}
      </Flex>
      {saved?.problem && <Alert type="error" showIcon title={t("segments.broken")} description={saved.problem} />}
      <Row gutter={[12, 12]}>
        <Col xs={24} xl={15}><Card size="small" title={t("segments.builder")} styles={{ body: { overflowX: "auto" } }}><Builder group={tree} known={known} change={build} /></Card></Col>
        <Col xs={24} xl={9}>
          <div className="stack">
            <Card size="small" title={t("segments.text")}><RuleText text={text} problem={problem} type={type} /></Card>
            <Found rule={rule} />
          </div>
        </Col>
      </Row>
      {shown && (
        <Tabs
          activeKey={tab}
          destroyOnHidden
          onChange={(next) => change("tab", [next])}
          items={[
            { key: "explain", label: t("segments.explain"), children: <Explained rule={shown} /> },
            { key: "composition", label: t("segments.composition"), children: <Composed rule={shown} /> },
            ...(saved ? [{ key: "movement", label: t("segments.movement"), children: <Moves segment={saved.key} /> }] : []),
          ]}
        />
      )}
    </div>
  );
}
