import { Descriptions, Flex, Input, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Wait } from "../../components/Wait";

export function Component() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const asked = api.useQuery("get", "/api/v1/metrics", {});
  const words = (params.get("q") ?? "").trim().toLowerCase();
  return (
    <Wait asked={asked}>
      {({ items }) => {
        const found = items.filter((metric) => [metric.key, metric.name, metric.means, metric.owner].some((text) => text.toLowerCase().includes(words)));
        return (
          <DataTable
            title={t("metrics.dictionary")}
            means={t("metrics.dictionaryMeans")}
            rowKey="key"
            dataSource={found}
            empty={t("metrics.noneFits")}
            table={{ columns: ["key", t("metrics.name"), t("metrics.means"), t("metrics.formula"), t("metrics.unit"), t("metrics.direction"), t("metrics.owner"), t("metrics.version")], rows: found.map((m) => [m.key, m.name, m.means, m.formula, t(`unit.${m.unit as "count"}`), t(`direction.${m.direction as "up"}`), m.owner, m.version]) }}
            filters={<Input.Search key={words} allowClear defaultValue={words} placeholder={t("metrics.search")} aria-label={t("metrics.search")} onSearch={(q) => setParams(q ? { q } : {})} style={{ width: 220 }} />}
            expandable={{ columnTitle: t("metrics.more"), expandedRowRender: (metric) => <More metric={metric} /> }}
            columns={[
              {
                title: t("metrics.name"),
                render: (_, metric) => (
                  <Flex vertical>
                    <Link to={`/metrics/${metric.key}`}>{metric.name}</Link>
                    <Typography.Text type="secondary" className="formula">{metric.key}</Typography.Text>
                  </Flex>
                ),
              },
              { title: t("metrics.means"), width: 420, render: (_, metric) => <div style={{ minWidth: 220 }}>{metric.means} {!metric.is_answerable && <Tag color="gold">{t("metrics.noTable")}</Tag>}</div> },
              { title: t("metrics.unit"), render: (_, metric) => t(`unit.${metric.unit as "count"}`) },
              { title: t("metrics.direction"), render: (_, metric) => t(`direction.${metric.direction as "up"}`) },
              { title: t("metrics.kind"), render: (_, metric) => (metric.is_stock ? t("metrics.stock") : t("metrics.flow")) },
              { title: t("metrics.owner"), dataIndex: "owner" },
              { title: t("metrics.version"), dataIndex: "version", align: "right" },
            ]}
          />
        );
      }}
    </Wait>
  );
}

function More({ metric }: { metric: Schema["MetricFacts"] }) {
  const { t } = useTranslation();
  const dimensions = metric.dimensions.map((one) => one.name).join(t("figure.comma")) || "–";
  return <Descriptions size="small" column={1} items={[{ key: "formula", label: t("metrics.formula"), children: <code className="formula">{metric.formula}</code> }, { key: "by", label: t("metrics.dimensions"), children: dimensions }]} />;
}
