import { Card, Descriptions, Tag } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { DataTable } from "../../components/DataTable";
import { Definition } from "../../components/Definition";
import { Wait } from "../../components/Wait";
import { bars } from "../../components/bars";
import { useFormat } from "../../components/format";
import { RuleTable } from "./Rules";

const AGES = ["age_under_25_share", "age_25_34_share", "age_35_44_share", "age_45_54_share", "age_from_55_share"] as const;

/** One product: who buys it, what it earns, whom its category suits, what goes with it. */
export function Component() {
  const { id = "" } = useParams();
  const asked = api.useQuery("get", "/api/v1/products/{product_id}", { params: { path: { product_id: id } } });
  return (
    <Wait asked={asked}>
      {(data) => (
        <div className="stack">
          <Facts product={data.product} />
          <Ages product={data.product} />
          <Suits suits={data.suits} category={data.product.category} />
          <RuleTable rules={data.goes_with} />
        </div>
      )}
    </Wait>
  );
}

function Facts({ product }: { product: Schema["ProductRow"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = product.product_name ?? product.product_id;
  const items = [
    ["id", product.product_id],
    ["category", product.category ?? "–"],
    ["brand", product.brand ?? "–"],
    ["net", format.money(product.net_amount)],
    ["orders", format.count(product.orders)],
    ["buyers", format.count(product.buyers)],
    ["repurchase", format.percent(product.repurchase_rate)],
    ["marginAmount", format.money(product.margin_amount)],
    ["margin", format.percent(product.margin_rate)],
    ["refund", format.percent(product.refund_rate)],
    ["change", product.share_change === null ? "–" : format.percent(product.share_change)],
    ["female", format.percent(product.female_share)],
    ["cluster", product.main_cluster_name ? `${product.main_cluster_name} · ${format.percent(product.main_cluster_share)}` : "–"],
    ["firstSold", product.first_sold_on ?? "–"],
    ["lastSold", product.last_sold_on ?? "–"],
  ] as const;
  return (
    <Card size="small" title={<>{name} <Definition of={name} means={t("products.listMeans")} /></>} extra={<Tag>{product.stage_name}</Tag>}>
      <Descriptions size="small" column={{ xs: 1, sm: 2, lg: 3 }} items={items.map(([key, children]) => ({ key, label: t(`products.${key}`), children }))} />
    </Card>
  );
}

function Ages({ product }: { product: Schema["ProductRow"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = useMemo(() => AGES.map((key) => ({ name: t(`products.ages.${key}`), value: product[key] })), [product, t]);
  const option = useMemo(() => bars(parts, format.percent), [parts, format]);
  if (parts.every((part) => part.value === null)) return null;
  return <Chart title={t("products.ageMix")} extra={<Definition of={t("products.ageMix")} means={t("products.ageMeans")} />} option={option} height={220} table={{ columns: [t("products.age"), t("rfm.share")], rows: parts.map((part) => [part.name, part.value]) }} />;
}

function Suits({ suits, category }: { suits: Schema["Fit"][]; category: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [t("products.groupKind"), t("products.group"), t("products.fitLift"), t("products.rate"), t("products.base"), t("rfm.customers")];
  if (!suits.length) return null;
  return (
    <DataTable
      title={t("products.suits", { category: category ?? "" })}
      means={t("products.suitsMean")}
      rowKey={(one) => `${one.group_kind}-${one.group_value}`}
      dataSource={suits}
      table={{ columns, rows: suits.map((one) => [one.kind_name, one.value_name, one.lift, one.buying_rate, one.base_rate, one.customers]) }}
      pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        { title: columns[0], dataIndex: "kind_name" },
        { title: columns[1], dataIndex: "value_name" },
        { title: columns[2], align: "right", render: (_, one) => format.decimal(one.lift), sorter: (a, b) => a.lift - b.lift },
        { title: columns[3], align: "right", render: (_, one) => format.percent(one.buying_rate) },
        { title: columns[4], align: "right", render: (_, one) => format.percent(one.base_rate) },
        { title: columns[5], align: "right", render: (_, one) => format.count(one.customers) },
      ]}
    />
  );
}
