import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Schema } from "../../api/client";
import { Chart } from "../../components/Chart";
import { DataTable } from "../../components/DataTable";
import { Definition } from "../../components/Definition";
import { useFormat } from "../../components/format";

const to = (group: Schema["Group"]) => `/customers?rfm_group=${encodeURIComponent(group.rfm_group)}`;

/** The eight groups: their share of people and of money, and what to do with each. */
export function Groups({ groups }: { groups: Schema["Group"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const columns = [t("rfm.group"), t("rfm.customers"), t("rfm.customerShare"), t("rfm.monetary"), t("rfm.monetaryShare"), t("rfm.mean")];
  const table = { columns, rows: groups.map((one) => [one.name, one.customers, one.customer_share, one.monetary, one.monetary_share, one.monetary_mean]) };
  const option = useMemo(() => {
    const shown = groups.toReversed();
    const percent = (value: unknown) => (typeof value === "number" ? format.percent(value) : "–");
    return {
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: percent },
      legend: { top: 0 },
      grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
      xAxis: { type: "value", axisLabel: { formatter: percent } },
      yAxis: { type: "category", data: shown.map((one) => one.name) },
      series: [
        { type: "bar", name: t("rfm.customerShare"), data: shown.map((one) => one.customer_share) },
        { type: "bar", name: t("rfm.monetaryShare"), data: shown.map((one) => one.monetary_share) },
      ],
    };
  }, [groups, format, t]);
  return (
    <>
      <Chart title={t("rfm.shares")} extra={<Definition of={t("rfm.shares")} means={t("rfm.groupsMean")} />} option={option} table={table} height={320} onClick={(name) => { const one = groups.find((group) => group.name === name); if (one) void navigate(to(one)); }} />
      <DataTable
        title={t("rfm.groups")}
        means={t("rfm.groupsMean")}
        rowKey="rfm_group"
        dataSource={groups}
        table={table}
        columns={[
          { title: columns[0], render: (_, one) => <Link to={to(one)}>{one.name}</Link> },
          { title: columns[1], align: "right", render: (_, one) => format.count(one.customers), sorter: (a, b) => a.customers - b.customers },
          { title: columns[2], align: "right", render: (_, one) => format.percent(one.customer_share) },
          { title: columns[3], align: "right", render: (_, one) => format.money(one.monetary), sorter: (a, b) => a.monetary - b.monetary },
          { title: columns[4], align: "right", render: (_, one) => format.percent(one.monetary_share) },
          { title: columns[5], align: "right", render: (_, one) => format.money(one.monetary_mean) },
          { title: t("rfm.play"), width: 420, render: (_, one) => <div style={{ minWidth: 240 }}>{one.play}</div> },
        ]}
      />
    </>
  );
}
