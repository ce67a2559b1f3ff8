import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Schema } from "../../api/client";
import { Chart } from "../../components/Chart";
import { DataTable } from "../../components/DataTable";
import { Definition } from "../../components/Definition";
import { bars } from "../../components/bars";
import { useFormat } from "../../components/format";

const to = (one: Schema["Tier"]) => `/customers?tier=${encodeURIComponent(one.tier)}`;

/** Who holds which tier, who may lose it, and how it would look in 90 days. */
export function Tiers({ tiers }: { tiers: Schema["Tier"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const columns = [t("rfm.tier"), t("rfm.customers"), t("rfm.share"), t("rfm.atRisk"), t("rfm.in90d")];
  const table = { columns, rows: tiers.map((one) => [one.name, one.customers, one.share, one.at_risk, one.in_90d]) };
  const option = useMemo(() => bars(tiers.map((one) => ({ name: one.name, value: one.customers })), format.count), [tiers, format]);
  return (
    <div className="stack">
      {tiers.length > 0 && <Chart title={t("rfm.tiers")} extra={<Definition of={t("rfm.tiers")} means={t("rfm.tiersMean")} />} option={option} table={table} height={220} onClick={(name) => { const one = tiers.find((tier) => tier.name === name); if (one) void navigate(to(one)); }} />}
      <DataTable
        title={t("rfm.tiersTable")}
        means={t("rfm.tiersMean")}
        rowKey="tier"
        dataSource={tiers}
        table={table}
        columns={[
          { title: columns[0], render: (_, one) => <Link to={to(one)}>{one.name}</Link> },
          { title: columns[1], align: "right", render: (_, one) => format.count(one.customers) },
          { title: columns[2], align: "right", render: (_, one) => format.percent(one.share) },
          { title: columns[3], align: "right", render: (_, one) => format.count(one.at_risk) },
          { title: columns[4], align: "right", render: (_, one) => format.count(one.in_90d) },
        ]}
      />
    </div>
  );
}
