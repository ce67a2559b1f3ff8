import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, InputNumber, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Value } from "./Value";
import { type Attribute, COMPARE, type Condition, type Deed, MEASURED, type Named, type Other, VERBS, WORDS, brief } from "./tree";

type Vocabulary = Schema["Vocabulary"];
const BY_KIND: Record<string, string[]> = {
  text: ["=", "<>", "in", ...WORDS, "is_null"],
  number: [...COMPARE, "between", "in", "is_null"],
  date: ["<", "<=", ">", ">=", "=", "<>", "between", "is_null"],
  boolean: ["="],
};

function Operator({ kind, value, change, label }: { kind: string; value: string; change: (op: string) => void; label: string }) {
  const { t } = useTranslation();
  const words = kind === "date" ? "segments.dateOps" : "segments.ops";
  return <Select style={{ minWidth: 96 }} aria-label={label} value={value} onChange={change} options={(BY_KIND[kind] ?? []).map((op) => ({ value: op, label: t(`${words}.${op as "="}`) }))} />;
}

interface Of {
  column: string;
  name: string;
  kind: string;
  group?: string;
  values?: Schema["Choice"][];
}

/** A column, an operator and a value. */
function Compare({ one, columns, change }: { one: Condition; columns: Of[]; change: (one: Condition) => void }) {
  const { t } = useTranslation();
  const known = columns.find((column) => column.column === one.column);
  const kind = known?.kind ?? "text";
  const groups = [...new Set(columns.map((column) => column.group))];
  const of = (group: string | undefined) => columns.filter((column) => column.group === group).map(({ column, name }) => ({ value: column, label: name }));
  const choose = (column: string) => {
    const next = columns.find((other) => other.column === column)!;
    const op = BY_KIND[next.kind]!.includes(one.op) && next.kind === kind ? one.op : BY_KIND[next.kind]![next.kind === "number" ? 5 : 0]!;
    change({ column, op, value: null });
  };
  return (
    <>
      <Select
        showSearch={{ optionFilterProp: "label" }}
        style={{ minWidth: 190, maxWidth: "100%" }}
        aria-label={t("segments.attribute")}
        placeholder={t("segments.attribute")}
        value={one.column || null}
        onChange={choose}
        options={(groups.length > 1 ? groups.map((group) => ({ label: group, title: group, options: of(group) })) : of(groups[0])) as { value: string; label: string }[]}
      />
      <Operator kind={kind} label={t("segments.operator")} value={one.op} change={(op) => change({ ...one, op, value: op === "in" || op === "between" || op === "is_null" ? null : one.value })} />
      <Value kind={kind} op={one.op} value={one.value} values={known?.values ?? []} label={known?.name ?? t("segments.value")} change={(value) => change({ ...one, value })} />
    </>
  );
}

export function AttributeRule({ node, known, change }: { node: Attribute; known: Vocabulary; change: (node: Attribute) => void }) {
  const heads = new Map(known.groups.map((group) => [group.value, group.name]));
  return <Compare one={node} columns={known.attributes.map((one) => ({ ...one, group: heads.get(one.group) ?? one.group }))} change={(one) => change({ ...node, ...one })} />;
}

/** What customers did: how often or how much, within how many days, under which conditions. */
export function DeedRule({ node, known, change }: { node: Deed; known: Vocabulary; change: (node: Deed) => void }) {
  const { t } = useTranslation();
  const deed = known.deeds.find((one) => one.deed === node.deed) ?? known.deeds[0]!;
  const measured = MEASURED.includes(node.verb);
  const set = (conditions: Condition[]) => change({ ...node, conditions });
  const choose = (verb: string) => change({ ...node, verb, measure: MEASURED.includes(verb) ? (deed.measures[0] ?? null) : null, number: verb === "did" ? null : node.number });
  return (
    <Flex vertical gap={8} style={{ minWidth: 0 }}>
      <Flex gap={8} wrap align="center">
        <Select style={{ minWidth: 110 }} aria-label={t("segments.verb")} value={node.verb} onChange={choose} options={VERBS.filter((verb) => !MEASURED.includes(verb) || deed.measures.length > 0).map((verb) => ({ value: verb, label: t(`segments.verbs.${verb as "did"}`) }))} />
        <Select style={{ minWidth: 110 }} aria-label={t("segments.deed")} value={node.deed} onChange={(name: string) => change({ ...node, deed: name, verb: "did", measure: null, conditions: [] })} options={known.deeds.map((one) => ({ value: one.deed, label: one.name }))} />
        {measured && <Select style={{ minWidth: 110 }} aria-label={t("segments.measure")} value={node.measure} onChange={(measure: string) => change({ ...node, measure })} options={deed.conditions.filter((one) => deed.measures.includes(one.column)).map((one) => ({ value: one.column, label: one.name }))} />}
        <Operator kind="number" label={t("segments.operator")} value={node.op} change={(op) => change({ ...node, op: COMPARE.includes(op) ? op : ">=" })} />
        <InputNumber style={{ width: 120 }} aria-label={node.verb === "did" ? t("segments.times") : t("segments.value")} placeholder={node.verb === "did" ? t("segments.once") : t("segments.value")} value={node.number} onChange={(number) => change({ ...node, number })} suffix={node.verb === "did" ? t("segments.times") : undefined} />
        <InputNumber min={1} precision={0} style={{ width: 190 }} aria-label={t("segments.within")} placeholder={t("segments.ever")} value={node.days} onChange={(days) => change({ ...node, days })} prefix={t("segments.within")} suffix={t("segments.days")} />
      </Flex>
      {node.conditions.map((one, place) => (
        <Flex key={`${place} ${one.column}`} gap={8} wrap align="center" style={{ paddingInlineStart: 16 }}>
          <Compare one={one} columns={deed.conditions} change={(next) => set(node.conditions.with(place, next))} />
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("segments.removeCondition")} onClick={() => set(node.conditions.toSpliced(place, 1))} />
        </Flex>
      ))}
      <div><Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => set([...node.conditions, { column: deed.conditions.find((one) => one.column === "category")?.column ?? deed.conditions[0]!.column, op: "=", value: null }])}>{t("segments.addCondition")}</Button></div>
    </Flex>
  );
}

/** A tag that is held, or another segment. */
export function NamedRule({ node, known, change }: { node: Named; known: Vocabulary; change: (node: Named) => void }) {
  const { t } = useTranslation();
  const label = t(`segments.${node.kind}`);
  return (
    <>
      <Typography.Text>{label}</Typography.Text>
      <Select showSearch={{ optionFilterProp: "label" }} style={{ minWidth: 180 }} aria-label={label} placeholder={label} value={node.value} onChange={(value: string) => change({ ...node, value })} options={(node.kind === "tag" ? known.tags : known.segments).map(({ value, name }) => ({ value, label: name }))} />
    </>
  );
}

/** A part that only the text can say. */
export function OtherRule({ node }: { node: Other }) {
  const { t } = useTranslation();
  return (
    <Flex vertical>
      <code className="formula">{brief(node.tree)}</code>
      <Typography.Text type="secondary">{t("segments.onlyText")}</Typography.Text>
    </Flex>
  );
}
