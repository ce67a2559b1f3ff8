import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Flex, Segmented, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { Outlook } from "./Outlook";

const METRICS = ["net_amount", "orders", "customers"] as const;
type Metric = (typeof METRICS)[number];

/** What will be sold: each series with its interval, and how near such forecasts were. */
export function Component() {
  const { t } = useTranslation();
  const { params, change } = useFilters();
  const metric: Metric = METRICS.find((one) => one === params.get("metric")) ?? "net_amount";
  const dimension = params.get("dimension") ?? "total";
  const asked = api.useQuery("get", "/api/v1/forecasts", { params: { query: { dimension, metric } } }, { placeholderData: keepPreviousData });
  return (
    <Wait asked={asked}>
      {(data) =>
        data.items.length || Object.keys(data.dimensions).length ? (
          <div className="stack">
            {data.why_not && <Alert type="info" showIcon title={data.why_not} />}
            <Flex gap={12} wrap align="center">
              <Select style={{ minWidth: 150 }} aria-label={t("forecasts.dimension")} value={dimension} onChange={(value: string) => change("dimension", [value])} options={Object.entries(data.dimensions).map(([value, label]) => ({ value, label }))} />
              <Segmented<Metric> aria-label={t("forecasts.metric")} value={metric} onChange={(value) => change("metric", [value])} options={METRICS.map((value) => ({ value, label: t(`forecasts.metrics.${value}`) }))} />
              <Link to="/models/forecasts">{t("forecasts.card")}</Link>
            </Flex>
            <Shown data={data} metric={metric} member={params.get("member")} choose={(member) => change("member", [member])} />
          </div>
        ) : (
          <Alert type="info" showIcon title={data.why_not ?? t("forecasts.nothing")} />
        )
      }
    </Wait>
  );
}

function Shown({ data, metric, member, choose }: { data: Schema["Forecasts"]; metric: Metric; member: string | null; choose: (member: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = metric === "net_amount" ? format.money : format.count;
  const one = data.items.find((item) => item.member === member) ?? data.items[0];
  const columns = [t("forecasts.series"), t("forecasts.coming"), t("forecasts.yearAgoSum"), t("forecasts.change"), t("forecasts.errorShare"), t("forecasts.covered"), t("forecasts.method"), t("forecasts.state")];
  const state = (item: Schema["Series"]) => (item.is_published ? t("forecasts.used") : t("forecasts.refused"));
  return (
    <>
      {one && <Outlook one={one} metric={t(`forecasts.metrics.${metric}`)} write={write} />}
      <DataTable
        title={t("forecasts.all")}
        means={t("forecasts.allMeans")}
        rowKey="member"
        dataSource={data.items}
        table={{ columns, rows: data.items.map((item) => [item.name, item.value, item.year_ago, item.change, item.error_share, item.covered, item.method, state(item)]) }}
        columns={[
          { title: columns[0], render: (_, item) => (data.items.length > 1 ? <Typography.Link strong={item === one} onClick={() => choose(item.member)} href={`?${new URLSearchParams({ dimension: data.dimension, metric, member: item.member }).toString()}`} role="link">{item.name}</Typography.Link> : item.name) },
          { title: columns[1], align: "right", render: (_, item) => write(item.value) },
          { title: columns[2], align: "right", render: (_, item) => write(item.year_ago) },
          { title: columns[3], align: "right", render: (_, item) => format.percent(item.change) },
          { title: columns[4], align: "right", render: (_, item) => format.percent(item.error_share) },
          { title: columns[5], align: "right", render: (_, item) => format.percent(item.covered) },
          { title: columns[6], render: (_, item) => item.method },
          { title: columns[7], render: (_, item) => <Level tone={item.is_published ? "good" : "plain"}>{state(item)}</Level> },
        ]}
      />
    </>
  );
}
