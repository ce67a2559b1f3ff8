import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

/** What each part of a rule takes away, or adds. */
export function Explained({ rule }: { rule: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = api.useQuery("get", "/api/v1/segments/explain", { params: { query: { asked: rule } } });
  return (
    <Wait asked={asked}>
      {({ clauses, everyone }) => {
        const by = clauses[0]?.joined_by ?? "and";
        const columns = [t("segments.clause"), t("segments.alone"), t(`segments.changed.${by}`), t(`segments.remaining.${by}`), t(`segments.only.${by}`)];
        return (
          <DataTable
            title={t("segments.explain")}
            means={t("segments.explainMeans", { everyone: format.count(everyone) })}
            rowKey="number"
            dataSource={clauses}
            table={{ columns, rows: clauses.map((one) => [one.clause, one.customers, one.changed, one.remaining, one.only_this]) }}
            columns={[
              { title: columns[0], render: (_, one) => <code className="formula">{one.clause}</code> },
              { title: columns[1], align: "right", render: (_, one) => format.count(one.customers) },
              { title: columns[2], align: "right", render: (_, one) => `${by === "and" ? "−" : "+"}${format.count(one.changed)}` },
              { title: columns[3], align: "right", render: (_, one) => format.count(one.remaining) },
              { title: columns[4], align: "right", render: (_, one) => format.count(one.only_this) },
            ]}
          />
        );
      }}
    </Wait>
  );
}
