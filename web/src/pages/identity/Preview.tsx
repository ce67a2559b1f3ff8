import { Alert, Skeleton, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";
import { WideTable } from "../../components/WideTable";
import { useWords } from "../../components/words";
import { text } from "../customers/row";

type Field = Schema["MergeField"];
type Side = Schema["MergeSide"] & { key: string };

/** What would become of two customers if they were one. */
export function Preview({ one, other }: { one: string; other: string }) {
  const { t } = useTranslation();
  const { word, tag } = useWords();
  const format = useFormat();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/identity/preview", { params: { query: { one, other } } });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  const sides: Side[] = [...data.before.map((side) => ({ ...side, key: side.customer_id })), { ...data.after, key: "after" }];
  return (
    <div className="stack">
      <Typography.Text strong>{t("identity.becomesOne")}</Typography.Text>
      {data.two_id_numbers && <Alert type="warning" showIcon title={t("identity.twoNumbers")} />}
      <WideTable<Side>
        label={t("identity.becomesOne")}
        rowKey="key"
        className="pair"
        dataSource={sides}
        rowClassName={(side) => (side.key === "after" ? "after" : "")}
        columns={[
          { title: t("identity.customer"), key: "id", className: "breaks", render: (_, side) => (side.key === "after" ? t("identity.after", { id: side.customer_id }) : side.customer_id) },
          { title: t("identity.tier"), key: "tier", render: (_, side) => word("tier", side.tier) },
          { title: t("identity.records"), key: "records", align: "right", render: (_, side) => format.count(side.records) },
          { title: t("identity.orders"), key: "orders", align: "right", render: (_, side) => format.count(side.orders) },
          { title: t("identity.netAmount"), key: "net", align: "right", render: (_, side) => format.exactMoney(side.net_amount) },
          ...(sides.some((side) => side.clv !== null) ? [{ title: t("identity.clv"), key: "clv", align: "right" as const, render: (_: unknown, side: Side) => (side.clv === null ? "–" : format.exactMoney(side.clv)) }] : []),
        ]}
      />
      {data.fields.length > 0 && (
        <WideTable<Field>
          label={t("identity.differing")}
          rowKey="field"
          className="pair"
          dataSource={data.fields}
          columns={[
            { title: t("identity.differing"), key: "field", render: (_, row) => <><span className="field-name">{word("comparison", row.field)}</span> {row.conflict && <Tag className="speaks-against">{t("identity.conflict")}</Tag>}</> },
            { title: data.before[0]?.customer_id, key: "left", className: "breaks", render: (_, row) => shown(row, row.values[0], word) },
            { title: data.before[1]?.customer_id, key: "right", className: "breaks", render: (_, row) => shown(row, row.values[1], word) },
            { title: t("identity.kept"), key: "kept", className: "breaks", render: (_, row) => t("identity.keptFrom", { value: shown(row, row.kept, word), source: row.source }) },
          ]}
        />
      )}
      {data.tags.length > 0 && (
        <div>
          <Typography.Text>{t("identity.tags")} </Typography.Text>
          {data.tags.map((row) => <Tag key={`${row.family} ${row.tag}`} className={row.customers.length > 1 ? "speaks-for" : undefined}>{tag(row.family, row.tag)}</Tag>)}
        </div>
      )}
    </div>
  );
}

const shown = (row: Field, value: string | null | undefined, word: (kind: string, code: unknown) => string) => (row.field === "gender" ? word("gender", value) : text(value));
