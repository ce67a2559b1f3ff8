import { Flex, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Pager } from "../../components/Pager";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";

interface Props {
  team: "sales" | "service" | "marketing" | "product_team";
}

/** The rows of a department, a page at a time, in an order that can be chosen. */
export function View({ team }: Props) {
  const { params } = useFilters();
  const query = { sort: params.get("sort"), cursor: params.get("cursor"), limit: 20 };
  const ofCustomers = api.useQuery("get", "/api/v1/teams/{team}", { params: { path: { team: team === "product_team" ? "sales" : team }, query } }, { enabled: team !== "product_team" });
  const ofProducts = api.useQuery("get", "/api/v1/teams/product_team", { params: { query } }, { enabled: team === "product_team" });
  return <Wait asked={team === "product_team" ? ofProducts : ofCustomers}>{(page) => <Rows page={page} />}</Wait>;
}

function Rows({ page }: { page: Schema["TeamPage"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { params, change } = useFilters();
  const isProduct = page.team === "product_team";
  const head = isProduct ? t("teams.product") : t("teams.customer");
  const to = (id: string) => (isProduct ? `/products/${encodeURIComponent(id)}` : `/customers/${encodeURIComponent(id)}`);
  const orders = page.sortable.slice(1).map((key) => ({ value: `-${key}`, label: page.columns.find((one) => one.key === key)?.name ?? key }));
  return (
    <>
      <DataTable
        title={t(`teams.${page.team as "sales"}`)}
        means={t(`teams.means.${page.team as "sales"}`)}
        empty={t("teams.none")}
        rowKey="id"
        dataSource={page.items}
        table={{ columns: [head, ...page.columns.map((one) => one.name)], rows: page.items.map((one) => [one.id, ...one.words]) }}
        filters={
          <Flex gap={12} wrap align="center">
            <Select allowClear style={{ minWidth: 220 }} placeholder={t("teams.order")} aria-label={t("teams.order")} value={params.get("sort")} options={orders} onChange={(value) => change("sort", value ? [value] : [])} />
            <Typography.Text type="secondary">{t(isProduct ? "teams.products" : "teams.customers", { count: format.count(page.total) as unknown as number })}</Typography.Text>
          </Flex>
        }
        columns={[
          { title: head, fixed: "left" as const, render: (_: unknown, one: Schema["TeamRow"]) => <Link to={to(one.id)}>{one.id}</Link> },
          ...page.columns.map((column, place) => ({
            title: column.name,
            align: column.number ? ("right" as const) : ("left" as const),
            render: (_: unknown, one: Schema["TeamRow"]) => one.words[place],
          })),
        ]}
      />
      <Pager cursor={params.get("cursor")} next={page.next} go={(cursor) => change("cursor", cursor ? [cursor] : [])} />
    </>
  );
}
