import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Flex, InputNumber, Segmented, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { DataTable } from "../../components/DataTable";
import { Definition } from "../../components/Definition";
import { Failed } from "../../components/Failed";
import { Wait } from "../../components/Wait";
import { bars } from "../../components/bars";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { useWords } from "../../components/words";

/** How many customers come through a row of steps that one chooses. */
export function Funnel() {
  const { t } = useTranslation();
  const { word } = useWords();
  const { params, change } = useFilters();
  const steps = params.getAll("step");
  const days = Number(params.get("within_days")) || null;
  const ordered = params.get("ordered") !== "false";
  const known = api.useQuery("get", "/api/v1/groups/funnel", {});
  const query = { step: steps, ordered, ...(days ? { within_days: days } : {}) };
  const asked = api.useQuery("get", "/api/v1/groups/funnel", { params: { query } }, { placeholderData: keepPreviousData, enabled: steps.length > 0 });
  return (
    <Wait asked={known}>
      {(data) => (
        <div className="stack">
          <Flex gap={12} wrap role="search" aria-label={t("groups.tab.funnel")}>
            <Select mode="multiple" allowClear maxCount={8} style={{ minWidth: 320, maxWidth: "100%" }} aria-label={t("groups.steps")} placeholder={t("groups.steps")} value={steps} onChange={(chosen: string[]) => change("step", chosen)} options={data.known.map((one) => ({ value: one.event_name, label: word("event", one.event_name) }))} />
            <InputNumber min={1} max={3660} style={{ width: 200 }} aria-label={t("groups.within")} placeholder={t("groups.within")} value={days} onChange={(value) => change("within_days", [value ? String(value) : ""])} suffix={t("groups.days")} />
            <Segmented aria-label={t("groups.order")} value={ordered ? "true" : "false"} onChange={(value) => change("ordered", [value === "true" ? "" : "false"])} options={[{ value: "true", label: t("groups.inOrder") }, { value: "false", label: t("groups.anyOrder") }]} />
          </Flex>
          {steps.length === 0 ? <Alert type="info" showIcon title={t("groups.chooseSteps")} /> : asked.error ? <Failed error={asked.error} retry={() => void asked.refetch()} /> : <Wait asked={asked}>{(found) => <Shown steps={found.steps} />}</Wait>}
        </div>
      )}
    </Wait>
  );
}

function Shown({ steps }: { steps: Schema["FunnelStep"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const columns = [t("groups.step"), t("rfm.customers"), t("groups.ofFirst"), t("groups.ofBefore"), t("groups.low"), t("groups.high")];
  const table = { columns, rows: steps.map((one) => [`${one.step_no}. ${word("event", one.step)}`, one.customers, one.conversion_rate, one.step_rate, one.rate_low, one.rate_high]) };
  const option = useMemo(() => bars(steps.map((one) => ({ name: `${one.step_no}. ${word("event", one.step)}`, value: one.customers })), format.count), [steps, format, word]);
  return (
    <>
      <Chart title={t("groups.funnel")} extra={<Definition of={t("groups.funnel")} means={t("groups.funnelMeans")} />} option={option} table={table} height={80 + steps.length * 44} />
      <DataTable
        title={t("groups.funnelTable")}
        means={t("groups.funnelMeans")}
        rowKey="step_no"
        dataSource={steps}
        table={table}
        columns={[
          { title: columns[0], render: (_, one) => `${one.step_no}. ${word("event", one.step)}` },
          { title: columns[1], align: "right", render: (_, one) => format.count(one.customers) },
          { title: columns[2], align: "right", render: (_, one) => t("groups.between", { rate: format.percent(one.conversion_rate), low: format.percent(one.rate_low), high: format.percent(one.rate_high) }) },
          { title: columns[3], align: "right", render: (_, one) => format.percent(one.step_rate) },
        ]}
      />
    </>
  );
}
