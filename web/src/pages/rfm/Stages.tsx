import { Tag } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Schema } from "../../api/client";
import { Chart } from "../../components/Chart";
import { DataTable } from "../../components/DataTable";
import { Definition } from "../../components/Definition";
import { bars } from "../../components/bars";
import { useFormat } from "../../components/format";

const to = (one: Schema["Stage"]) => `/customers?lifecycle_stage=${encodeURIComponent(one.stage)}`;

/** People by stage are a stock: bars, not a funnel. */
export function Stages({ stages, steps }: { stages: Schema["Stage"][]; steps: Schema["Step"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const columns = [t("rfm.stage"), t("rfm.customers"), t("rfm.share"), t("rfm.days")];
  const option = useMemo(() => bars(stages.map((one) => ({ name: one.name, value: one.customers })), format.count), [stages, format]);
  const table = { columns, rows: stages.map((one) => [one.name, one.customers, one.share, one.days_in_stage_median]) };
  const stepOption = useMemo(() => bars(steps.map((one) => ({ name: one.name, value: one.customers })), format.count), [steps, format]);
  const stepColumns = [t("rfm.step"), t("rfm.customers"), t("rfm.ofFirst"), t("rfm.ofBefore"), t("rfm.rule")];
  return (
    <>
      <Chart title={t("rfm.stages")} extra={<Definition of={t("rfm.stages")} means={t("rfm.stagesMean")} />} option={option} table={table} height={260} onClick={(name) => { const one = stages.find((stage) => stage.name === name); if (one) void navigate(to(one)); }} />
      <DataTable
        title={t("rfm.stagesTable")}
        means={t("rfm.stagesMean")}
        rowKey="stage"
        dataSource={stages}
        table={table}
        columns={[
          { title: columns[0], render: (_, one) => <Link to={to(one)}>{one.name}</Link> },
          { title: columns[1], align: "right", render: (_, one) => format.count(one.customers) },
          { title: columns[2], align: "right", render: (_, one) => format.percent(one.share) },
          { title: columns[3], align: "right", render: (_, one) => format.count(one.days_in_stage_median) },
          { title: t("rfm.rule"), render: (_, one) => (one.when ? <code className="formula">{one.when}</code> : "–") },
          { title: t("rfm.play"), width: 380, render: (_, one) => <div style={{ minWidth: 220 }}>{one.play}</div> },
        ]}
      />
      {steps.length > 0 && (
        <Chart title={t("rfm.aarrr")} extra={<><Definition of={t("rfm.aarrr")} means={t("rfm.aarrrMeans")} />{steps.some((one) => one.customers === null) && <Tag>{t("rfm.noRule")}</Tag>}</>} option={stepOption} height={240} table={{ columns: stepColumns, rows: steps.map((one) => [one.name, one.customers, one.share, one.step_share, one.rule ?? t("rfm.noRule")]) }} />
      )}
    </>
  );
}
