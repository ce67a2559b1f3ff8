import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { NoModel } from "./Churn";

/** Why customers left, as far as the data tell, and where to. */
export function Lost() {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/churn", {});
  return (
    <Wait asked={asked}>
      {(data) =>
        data.bands.length ? (
          <div className="stack">
            <Sums title={t("warnings.causes")} means={t("warnings.causesMean")} head={t("warnings.cause")} rows={data.causes} />
            <Sums title={t("warnings.rivals")} means={t("warnings.rivalsMean")} head={t("warnings.rival")} rows={data.rivals} />
          </div>
        ) : (
          <NoModel why={data.why_not} />
        )
      }
    </Wait>
  );
}

function Sums({ title, means, head, rows }: { title: string; means: string; head: string; rows: Schema["LostSum"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [head, t("rfm.customers"), t("warnings.valueLost")];
  return (
    <DataTable
      title={title}
      means={means}
      rowKey="code"
      dataSource={rows}
      table={{ columns, rows: rows.map((one) => [one.name, one.customers, Number(one.value_lost)]) }}
      columns={[
        { title: columns[0], render: (_, one) => one.name },
        { title: columns[1], align: "right", render: (_, one) => format.count(one.customers) },
        { title: columns[2], align: "right", render: (_, one) => format.money(one.value_lost) },
      ]}
    />
  );
}
