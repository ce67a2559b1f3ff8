import { keepPreviousData } from "@tanstack/react-query";
import { Button, Card, Empty, Flex, Input, Select, Table, type TableProps, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { type Schema, api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";
import { Drilled, drillOf } from "./Drilled";
import { GROUPS, STAGES } from "./choices";

type Row = Schema["CustomerRow"];
const SORT = "-net_amount_365d";

export function Component() {
  const { t } = useTranslation();
  const format = useFormat();
  const [params, setParams] = useSearchParams();
  // The address holds every filter, so a list can be bookmarked, shared and gone back to.
  const query = {
    q: params.get("q") ?? "",
    rfm_group: params.getAll("rfm_group"),
    lifecycle_stage: params.getAll("lifecycle_stage"),
    sort: params.get("sort") ?? SORT,
    ...drillOf(params),
    ...(params.get("cursor") ? { cursor: params.get("cursor") } : {}),
  };
  const { data, error, isFetching, refetch } = api.useQuery("get", "/api/v1/customers", { params: { query } }, { placeholderData: keepPreviousData });

  const change = (name: string, values: string[]) => {
    const next = new URLSearchParams(params);
    next.delete(name);
    if (name !== "cursor") next.delete("cursor");
    for (const value of values) if (value) next.append(name, value);
    setParams(next);
  };
  const order = (key: string) => (query.sort === key ? "ascend" : query.sort === `-${key}` ? "descend" : null);
  const columns: TableProps<Row>["columns"] = [
    { key: "name", title: t("field.name"), render: (_, row) => <Link to={`/customers/${encodeURIComponent(row.customer_id)}`}>{row.name ?? row.customer_id}</Link> },
    { key: "phone", title: t("field.phone"), dataIndex: "phone" },
    { key: "city", title: t("field.city"), dataIndex: "city" },
    { key: "rfm_group", title: t("field.rfm_group"), dataIndex: "rfm_group" },
    { key: "lifecycle_stage", title: t("field.lifecycle_stage"), dataIndex: "lifecycle_stage" },
    { key: "orders_365d", title: t("field.orders_365d"), align: "right", sorter: true, sortOrder: order("orders_365d"), render: (_, row) => format.count(row.orders_365d) },
    { key: "net_amount_365d", title: t("field.net_amount_365d"), align: "right", sorter: true, sortOrder: order("net_amount_365d"), render: (_, row) => format.money(row.net_amount_365d) },
    { key: "last_purchase_on", title: t("field.last_purchase_on"), sorter: true, sortOrder: order("last_purchase_on"), render: (_, row) => row.last_purchase_on ?? "–" },
  ];
  return (
    <Card size="small">
      <Flex gap={12} wrap style={{ marginBottom: 12 }} role="search">
        <Input.Search key={query.q} defaultValue={query.q} allowClear placeholder={t("customers.search")} aria-label={t("customers.search")} onSearch={(q) => change("q", [q])} style={{ width: 260 }} />
        <Select mode="multiple" allowClear maxTagCount="responsive" style={{ minWidth: 200 }} placeholder={t("field.rfm_group")} aria-label={t("field.rfm_group")} value={query.rfm_group} onChange={(chosen: string[]) => change("rfm_group", chosen)} options={GROUPS.map((value) => ({ value, label: value }))} />
        <Select mode="multiple" allowClear maxTagCount="responsive" style={{ minWidth: 180 }} placeholder={t("field.lifecycle_stage")} aria-label={t("field.lifecycle_stage")} value={query.lifecycle_stage} onChange={(chosen: string[]) => change("lifecycle_stage", chosen)} options={STAGES.map((value) => ({ value, label: value }))} />
        <Button onClick={() => setParams({})}>{t("common.reset")}</Button>
        <Typography.Text type="secondary" style={{ marginInlineStart: "auto", alignSelf: "center" }} role="status">{data ? t("customers.total", { count: data.total }) : ""}</Typography.Text>
      </Flex>
      <Drilled params={params} change={change} />
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <>
          <Table<Row>
            rowKey="customer_id"
            size="middle"
            loading={isFetching}
            dataSource={data?.items ?? []}
            columns={columns}
            scroll={{ x: "max-content" }}
            pagination={false}
            sortDirections={["descend", "ascend"]}
            locale={{ emptyText: <Empty description={t("customers.none")} /> }}
            onChange={(_pages, _filters, sorter) => {
              const one = Array.isArray(sorter) ? sorter[0] : sorter;
              change("sort", [one?.order ? `${one.order === "descend" ? "-" : ""}${String(one.columnKey)}` : ""]);
            }}
          />
          <Flex justify="end" gap={8} style={{ marginTop: 12 }}>
            <Button disabled={!params.get("cursor")} onClick={() => change("cursor", [])}>{t("common.first")}</Button>
            <Button disabled={!data?.next} onClick={() => change("cursor", [data?.next ?? ""])}>{t("common.next")}</Button>
          </Flex>
        </>
      )}
    </Card>
  );
}
