import { keepPreviousData } from "@tanstack/react-query";
import { Flex, Input, Select, Typography } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { DataTable } from "../../components/DataTable";
import { Definition } from "../../components/Definition";
import { Pager } from "../../components/Pager";
import { Failed } from "../../components/Failed";
import { bars } from "../../components/bars";
import { useFormat } from "../../components/format";
import { orderOf, sortOf, useFilters } from "../../components/useFilters";
import { STAGES } from "./choices";

const SORT = "-net_amount";

/** What sells: categories, and all products ever bought. */
export function List() {
  const { t } = useTranslation();
  const format = useFormat();
  const { params, change } = useFilters();
  const cursor = params.get("cursor");
  const query = { q: params.get("q") ?? "", category: params.getAll("category"), stage: params.getAll("stage"), sort: params.get("sort") ?? SORT, ...(cursor ? { cursor } : {}) };
  const asked = api.useQuery("get", "/api/v1/products", { params: { query } }, { placeholderData: keepPreviousData });
  const categories = api.useQuery("get", "/api/v1/categories", {});
  const kinds = useMemo(() => categories.data?.items ?? [], [categories.data]);
  const option = useMemo(() => bars(kinds.map((one) => ({ name: one.name, value: one.net_amount })), format.money), [kinds, format]);
  const head = (key: string) => ({ key, align: "right" as const, sorter: true, sortOrder: orderOf(query.sort, key) as "ascend" | "descend" | null });
  return (
    <div className="stack">
      {kinds.length > 0 && (
        <Chart title={t("products.categories")} extra={<Definition of={t("products.categories")} means={t("products.categoriesMean")} />} option={option} height={60 + kinds.length * 26} onClick={(name) => change("category", [kinds.find((one) => one.name === name)?.category ?? ""])} table={{ columns: [t("products.category"), t("products.net"), t("rfm.share"), t("products.orders"), t("rfm.customers")], rows: kinds.map((one) => [one.name, one.net_amount, one.share, one.orders, one.customers]) }} />
      )}
      {asked.error ? (
        <Failed error={asked.error} retry={() => void asked.refetch()} />
      ) : (
        <DataTable
          title={t("products.list")}
          means={t("products.listMeans")}
          rowKey="product_id"
          loading={asked.isFetching}
          dataSource={asked.data?.items ?? []}
          empty={t("products.none")}
          onChange={(_pages, _filters, sorter) => change("sort", [sortOf(sorter)])}
          footer={() => <Pager cursor={cursor} next={asked.data?.next} go={(to) => change("cursor", [to])} />}
          filters={
            <Flex gap={8} wrap role="search" align="center">
              <Input.Search key={query.q} allowClear defaultValue={query.q} aria-label={t("products.search")} placeholder={t("products.search")} onSearch={(q) => change("q", [q])} style={{ width: 180 }} />
              <Select mode="multiple" allowClear maxTagCount="responsive" style={{ width: 180 }} aria-label={t("products.category")} placeholder={t("products.category")} value={query.category} onChange={(chosen: string[]) => change("category", chosen)} options={kinds.map((one) => ({ value: one.category, label: one.name }))} />
              <Select mode="multiple" allowClear maxTagCount="responsive" style={{ width: 140 }} aria-label={t("products.stage")} placeholder={t("products.stage")} value={query.stage} onChange={(chosen: string[]) => change("stage", chosen)} options={STAGES.map((value) => ({ value, label: t(`products.stages.${value}`) }))} />
              <Typography.Text type="secondary" role="status">{asked.data ? t("products.total", { count: asked.data.total }) : ""}</Typography.Text>
            </Flex>
          }
          columns={[
            { title: t("products.name"), render: (_, one) => <Link to={`/products/${encodeURIComponent(one.product_id)}`}>{one.product_name ?? one.product_id}</Link> },
            { title: t("products.category"), render: (_, one) => kinds.find((kind) => kind.category === one.category)?.name ?? one.category },
            { title: t("products.brand"), dataIndex: "brand" },
            { title: t("products.stage"), dataIndex: "stage_name" },
            { title: t("products.net"), ...head("net_amount"), render: (_, one) => format.money(one.net_amount) },
            { title: t("products.orders"), ...head("orders"), render: (_, one) => format.count(one.orders) },
            { title: t("products.buyers"), ...head("buyers"), render: (_, one) => format.count(one.buyers) },
            { title: t("products.repurchase"), ...head("repurchase_rate"), render: (_, one) => format.percent(one.repurchase_rate) },
            { title: t("products.margin"), ...head("margin_rate"), render: (_, one) => format.percent(one.margin_rate) },
            { title: t("products.refund"), ...head("refund_rate"), render: (_, one) => format.percent(one.refund_rate) },
          ]}
        />
      )}
    </div>
  );
}
