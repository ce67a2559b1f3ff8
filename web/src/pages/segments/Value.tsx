import { Flex, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import type { Literal, Value as Given } from "./tree";

interface Props {
  kind: string; // number, text or date
  op: string;
  value: Given;
  values: Schema["Choice"][]; // those that are known, with their words
  label: string;
  change: (value: Given) => void;
}

/** The value that an attribute is compared with: chosen from what is there, else typed. */
export function Value({ kind, op, value, values, label, change }: Props) {
  const { t } = useTranslation();
  if (op === "is_null") return null;
  if (op === "in") {
    const chosen = (Array.isArray(value) ? value : value === null ? [] : [value]).map((one) => (typeof one === "object" ? one.date : String(one)));
    const said = (texts: string[]) => change(kind === "number" ? texts.map(Number).filter((one) => !Number.isNaN(one)) : kind === "date" ? texts.map((date) => ({ date })) : texts);
    return <Select mode={values.length ? "multiple" : "tags"} style={{ minWidth: 200 }} aria-label={label} placeholder={t("segments.values")} value={chosen} onChange={said} options={values.map((one) => ({ value: one.value, label: one.name }))} />;
  }
  if (op === "between") {
    const [low = null, high = null] = Array.isArray(value) ? value : [];
    const set = (place: 0 | 1, one: Literal | null) => change((place === 0 ? [one, high] : [low, one]) as Literal[]);
    return (
      <Flex gap={4} align="center">
        <One kind={kind} value={low} label={`${label}: ${t("segments.from")}`} change={(one) => set(0, one)} />
        <span>–</span>
        <One kind={kind} value={high} label={`${label}: ${t("segments.to")}`} change={(one) => set(1, one)} />
      </Flex>
    );
  }
  const one = Array.isArray(value) ? (value[0] ?? null) : value;
  if (kind === "text" && values.length > 0 && (op === "=" || op === "<>"))
    return <Select showSearch={{ optionFilterProp: "label" }} style={{ minWidth: 160 }} aria-label={label} placeholder={t("segments.value")} value={one as string | null} onChange={change} options={values.map((known) => ({ value: known.value, label: known.name }))} />;
  return <One kind={kind} value={one} label={label} change={change} />;
}

function One({ kind, value, label, change }: { kind: string; value: Literal | null; label: string; change: (value: Literal | null) => void }) {
  const { t } = useTranslation();
  if (kind === "number") return <InputNumber style={{ width: 120 }} aria-label={label} placeholder={t("segments.value")} value={typeof value === "number" ? value : null} onChange={(number) => change(number)} />;
  if (kind === "date") return <Input type="date" style={{ width: 160 }} aria-label={label} value={value !== null && typeof value === "object" ? value.date : ""} onChange={(event) => change(event.target.value ? { date: event.target.value } : null)} />;
  return <Input style={{ width: 160 }} aria-label={label} placeholder={t("segments.value")} value={typeof value === "string" ? value : ""} onChange={(event) => change(event.target.value)} />;
}
