import { DatePicker, Flex, Input, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { useFilters } from "../../components/useFilters";

const PERIODS = ["day", "week", "month", "quarter", "year"] as const;

/** Dimensions, period, days and scope of a metric; all of it lives in the address. */
export function Question({ metric }: { metric: Schema["MetricFacts"] }) {
  const { t } = useTranslation();
  const { params, change } = useFilters();
  const day = (name: string) => (params.get(name) ? dayjs(params.get(name)) : null);
  return (
    <Flex gap={12} wrap role="search" aria-label={t("metrics.explore")}>
      <Select
        mode="multiple"
        allowClear
        maxCount={2}
        style={{ minWidth: 220 }}
        aria-label={t("metrics.by")}
        placeholder={t("metrics.by")}
        value={params.getAll("by")}
        onChange={(by: string[]) => change("by", by)}
        options={metric.dimensions.map((one) => ({ value: one.key, label: one.name }))}
      />
      {!metric.is_stock && (
        <>
          <Select allowClear style={{ minWidth: 130 }} aria-label={t("metrics.period")} placeholder={t("metrics.period")} value={params.get("period")} onChange={(value: string | null) => change("period", [value ?? ""])} options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))} />
          <DatePicker aria-label={t("metrics.since")} placeholder={t("metrics.since")} value={day("since")} onChange={(value) => change("since", [value?.format("YYYY-MM-DD") ?? ""])} />
          <DatePicker aria-label={t("metrics.until")} placeholder={t("metrics.until")} value={day("until")} onChange={(value) => change("until", [value?.format("YYYY-MM-DD") ?? ""])} />
        </>
      )}
      <Input.Search key={params.get("where") ?? ""} allowClear defaultValue={params.get("where") ?? ""} aria-label={t("metrics.where")} placeholder={t("metrics.whereLike")} onSearch={(where) => change("where", [where])} style={{ width: 320, maxWidth: "100%" }} />
    </Flex>
  );
}
