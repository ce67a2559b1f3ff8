import { keepPreviousData } from "@tanstack/react-query";
import { Flex, InputNumber, Tag, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Failed } from "../../components/Failed";
import { Pager } from "../../components/Pager";
import { useFormat } from "../../components/format";
import { orderOf, sortOf, useFilters } from "../../components/useFilters";

const SORT = "-lift";

/** What is bought together, the most telling first. */
export function Rules() {
  const { t } = useTranslation();
  const { params, change } = useFilters();
  const cursor = params.get("cursor");
  const product = params.get("product");
  const sort = params.get("sort") ?? SORT;
  const least = Number(params.get("min_confidence")) || 0;
  const query = { sort, min_confidence: least, ...(product ? { product } : {}), ...(cursor ? { cursor } : {}) };
  const asked = api.useQuery("get", "/api/v1/rules", { params: { query } }, { placeholderData: keepPreviousData });
  if (asked.error) return <Failed error={asked.error} retry={() => void asked.refetch()} />;
  const extra = (
    <Flex gap={8} wrap align="center" role="search">
      {product && <Tag closable onClose={() => change("product", [])}>{t("products.ruleOf", { product: nameOf(asked.data?.items ?? [], product) })}</Tag>}
      <InputNumber min={0} max={100} aria-label={t("products.minConfidence")} placeholder={t("products.minConfidence")} value={least ? least * 100 : null} suffix="%" style={{ width: 190 }} onChange={(value) => change("min_confidence", [value ? String(value / 100) : ""])} />
      <Typography.Text type="secondary" role="status">{asked.data ? t("products.rulesTotal", { count: asked.data.total }) : ""}</Typography.Text>
    </Flex>
  );
  return (
    <RuleTable
      rules={asked.data?.items ?? []}
      loading={asked.isFetching}
      sort={sort}
      setSort={(value) => change("sort", [value])}
      extra={extra}
      footer={<Pager cursor={cursor} next={asked.data?.next} go={(to) => change("cursor", [to])} />}
    />
  );
}

const nameOf = (rules: Schema["Rule"][], id: string) => rules.flatMap((rule) => [...rule.bought, ...rule.also]).find((good) => good.product_id === id)?.name ?? id;

interface Props {
  rules: Schema["Rule"][];
  loading?: boolean;
  sort?: string;
  setSort?: (sort: string) => void;
  extra?: ReactNode;
  footer?: ReactNode;
}

/** Rules with what each says in words. */
export function RuleTable({ rules, loading = false, sort, setSort, extra, footer }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const goods = (items: Schema["Good"][]) => items.map((good, place) => <span key={good.product_id}>{place > 0 && " + "}<Link to={`/products/${encodeURIComponent(good.product_id)}`}>{good.name}</Link></span>);
  const names = (items: Schema["Good"][]) => items.map((good) => good.name).join(" + ");
  const says = (rule: Schema["Rule"]) => t("products.says", { bought: names(rule.bought), also: names(rule.also), confidence: format.percent(rule.confidence), lift: format.decimal(rule.lift), count: format.count(rule.count) });
  const head = (key: string) => ({ key, align: "right" as const, ...(sort === undefined ? {} : { sorter: true, sortOrder: orderOf(sort, key) as "ascend" | "descend" | null }) });
  const columns = [t("products.bought"), t("products.also"), t("products.lift"), t("products.confidence"), t("products.support"), t("products.count"), t("products.words")];
  return (
    <DataTable
      title={t("products.rules")}
      means={t("products.rulesMean")}
      rowKey="rule_no"
      loading={loading}
      dataSource={rules}
      empty={t("products.noRules")}
      filters={extra}
      {...(footer ? { footer: () => footer } : {})}
      {...(setSort ? { onChange: (_pages: unknown, _filters: unknown, sorter: unknown) => setSort(sortOf(sorter)) } : {})}
      table={{ columns, rows: rules.map((rule) => [names(rule.bought), names(rule.also), rule.lift, rule.confidence, rule.support, rule.count, says(rule)]) }}
      columns={[
        { title: columns[0], render: (_, rule) => goods(rule.bought) },
        { title: columns[1], render: (_, rule) => goods(rule.also) },
        { title: columns[2], ...head("lift"), render: (_, rule) => format.decimal(rule.lift) },
        { title: columns[3], ...head("confidence"), render: (_, rule) => format.percent(rule.confidence) },
        { title: columns[4], ...head("support"), render: (_, rule) => t("products.perThousand", { share: format.decimal(rule.support * 1000) }) },
        { title: columns[5], ...head("count"), render: (_, rule) => format.count(rule.count) },
        { title: columns[6], width: 380, render: (_, rule) => <div style={{ minWidth: 260 }}>{says(rule)}</div> },
      ]}
    />
  );
}
