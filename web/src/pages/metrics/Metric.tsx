import { PushpinOutlined } from "@ant-design/icons";
import { keepPreviousData } from "@tanstack/react-query";
import { Alert, App, Button, Card, Descriptions, Flex, Skeleton, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { type Schema, api } from "../../api/client";
import { useMay } from "../../app/me";
import { Definition } from "../../components/Definition";
import { Failed } from "../../components/Failed";
import { usePin } from "../cockpit/Cockpit";
import { Answer } from "./Answer";
import { Question } from "./Question";
import { TargetForm } from "./TargetForm";

/** One metric: what it means, its figures by anything it may be split by, and what it should come to. */
export function Component() {
  const { t } = useTranslation();
  const { key = "" } = useParams();
  const [params] = useSearchParams();
  const period = params.get("period");
  const query = {
    by: params.getAll("by"),
    ...(period ? { period } : {}),
    ...(params.get("since") ? { since: params.get("since")! } : {}),
    ...(params.get("until") ? { until: params.get("until")! } : {}),
    ...(params.get("where") ? { where: params.get("where")! } : {}),
  };
  const dictionary = api.useQuery("get", "/api/v1/metrics", {});
  const asked = api.useQuery("get", "/api/v1/metrics/{key}", { params: { path: { key }, query } }, { placeholderData: keepPreviousData });
  const metric = asked.data?.metric ?? dictionary.data?.items.find((one) => one.key === key);
  if (dictionary.error) return <Failed error={dictionary.error} retry={() => void dictionary.refetch()} />;
  if (!metric) return asked.error ? <Failed error={asked.error} /> : <Skeleton active />;
  return (
    <Flex vertical gap={12}>
      <Facts metric={metric} />
      <Card size="small" title={t("metrics.explore")}>
        <Question metric={metric} />
      </Card>
      {asked.error ? <Failed error={asked.error} retry={() => void asked.refetch()} /> : asked.data ? <Answer answer={asked.data} /> : <Skeleton active />}
      {asked.data?.is_cut && <Alert type="info" showIcon title={t("metrics.cut")} />}
    </Flex>
  );
}

function Facts({ metric }: { metric: Schema["MetricFacts"] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cockpit = api.useQuery("get", "/api/v1/cockpit", { params: { query: { period: "month" } } });
  const pin = usePin();
  const keys = cockpit.data?.figures.map((figure) => figure.metric.key) ?? [];
  const put = () => pin.mutate([...keys, metric.key], { onSuccess: () => void message.success(t("metrics.pinned")) });
  const extra = (
    <Flex gap={8}>
      {useMay("metrics.write") && <TargetForm metric={metric} />}
      <Button size="small" icon={<PushpinOutlined />} disabled={!cockpit.data || keys.includes(metric.key)} onClick={put}>{keys.includes(metric.key) ? t("metrics.isPinned") : t("metrics.pin")}</Button>
    </Flex>
  );
  return (
    <Card size="small" title={<>{metric.name} <Definition of={metric.name} means={metric.means} formula={metric.formula} /></>} extra={extra}>
      <Typography.Paragraph>{metric.means}</Typography.Paragraph>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 3 }}
        items={[
          { key: "formula", label: t("metrics.formula"), span: "filled", children: <code className="formula">{metric.formula}</code> },
          { key: "unit", label: t("metrics.unit"), children: t(`unit.${metric.unit as "count"}`) },
          { key: "direction", label: t("metrics.direction"), children: t(`direction.${metric.direction as "up"}`) },
          { key: "owner", label: t("metrics.owner"), children: `${metric.owner || "–"} · v${metric.version}` },
        ]}
      />
    </Card>
  );
}
