import { Alert } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { DataTable } from "../../components/DataTable";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

/** How large a saved segment was at each run, who came and went at the last one, and why. */
export function Moves({ segment }: { segment: string }) {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/segments/{key}/movement", { params: { path: { key: segment } } });
  return (
    <Wait asked={asked}>
      {(data) =>
        data.moved_on === null ? (
          <Alert type="info" showIcon title={t("segments.notRun")} />
        ) : (
          <div className="stack">
            {data.sizes.length > 1 && <Sizes sizes={data.sizes} />}
            <Movers data={data} />
          </div>
        )
      }
    </Wait>
  );
}

function Sizes({ sizes }: { sizes: Schema["SizeOn"][] }) {
  const { t } = useTranslation();
  const option = useMemo(
    () => ({
      tooltip: { trigger: "axis" },
      grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: sizes.map((one) => one.on) },
      yAxis: { type: "value", scale: true },
      series: [{ type: "line", step: "end", data: sizes.map((one) => one.customers) }],
    }),
    [sizes],
  );
  return <Chart title={t("segments.sizes")} option={option} height={220} table={{ columns: [t("segments.on"), t("segments.members")], rows: sizes.map((one) => [one.on, one.customers]) }} />;
}

function Movers({ data }: { data: Schema["Movement"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [t("segments.way"), t("segments.why"), t("segments.members")];
  return (
    <>
      <DataTable
        title={t("segments.moved", { day: data.moved_on })}
        means={t("segments.movedMeans")}
        empty={t("segments.nobodyMoved")}
        rowKey={(one) => `${one.movement} ${one.why}`}
        dataSource={data.counts}
        table={{ columns, rows: data.counts.map((one) => [t(`segments.${one.movement}`), one.why, one.customers]) }}
        columns={[
          { title: columns[0], render: (_, one) => t(`segments.${one.movement}`) },
          { title: columns[1], render: (_, one) => one.why },
          { title: columns[2], align: "right", render: (_, one) => format.count(one.customers) },
        ]}
      />
      {data.items.length > 0 && (
        <DataTable
          title={t("segments.movers", { count: data.items.length })}
          rowKey="customer_id"
          dataSource={data.items}
          columns={[
            { title: t("segments.customer"), render: (_, one) => <Link to={`/customers/${encodeURIComponent(one.customer_id)}`}>{one.customer_id}</Link> },
            { title: columns[0], render: (_, one) => t(`segments.${one.movement}`) },
            { title: columns[1], render: (_, one) => one.why },
          ]}
        />
      )}
    </>
  );
}
