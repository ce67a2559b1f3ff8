import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Flex, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { AttributeRule, DeedRule, NamedRule, OtherRule } from "./Rules";
import { type Group, type Node, emptyGroup, newId } from "./tree";

const ADDED = ["attribute", "deed", "tag", "member", "group"] as const;
type Added = (typeof ADDED)[number];

interface Props {
  group: Group;
  known: Schema["Vocabulary"];
  change: (group: Group) => void;
  remove?: () => void;
  depth?: number;
}

/** All or any of some parts, each a condition or again such a group. */
export function Builder({ group, known, change, remove, depth = 0 }: Props) {
  const { t } = useTranslation();
  const set = (place: number, node: Node) => change({ ...group, parts: group.parts.with(place, node) });
  const drop = (place: number) => change({ ...group, parts: group.parts.toSpliced(place, 1) });
  const items = ADDED.filter((kind) => (kind !== "group" || depth < 5) && (kind !== "tag" || known.tags.length > 0) && (kind !== "member" || known.segments.length > 0));
  return (
    <fieldset className="rules" aria-label={depth ? t("segments.group") : t("segments.builder")}>
      <Flex gap={8} wrap align="center">
        <Not node={group} change={(not) => change({ ...group, not })} />
        <Segmented<"all" | "any"> size="small" aria-label={t("segments.join")} value={group.join} onChange={(join) => change({ ...group, join })} options={[{ value: "all", label: t("segments.all") }, { value: "any", label: t("segments.any") }]} />
        <Dropdown trigger={["click"]} menu={{ items: items.map((key) => ({ key, label: t(`segments.add.${key}`) })), onClick: ({ key }) => change({ ...group, parts: [...group.parts, made(key as Added, known)] }) }}>
          <Button size="small" type="dashed" icon={<PlusOutlined />}>{t("segments.addPart")}</Button>
        </Dropdown>
        {remove && <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("segments.removeGroup")} onClick={remove} />}
      </Flex>
      {group.parts.map((node, place) =>
        node.kind === "group" ? (
          <Builder key={node.id} group={node} known={known} change={(next) => set(place, next)} remove={() => drop(place)} depth={depth + 1} />
        ) : (
          <Flex key={node.id} gap={8} align="start" className="rule">
            <Not node={node} change={(not) => set(place, { ...node, not })} />
            <Flex gap={8} wrap align="center" flex={1} style={{ minWidth: 0 }}>
              {node.kind === "attribute" && <AttributeRule node={node} known={known} change={(next) => set(place, next)} />}
              {node.kind === "deed" && <DeedRule node={node} known={known} change={(next) => set(place, next)} />}
              {(node.kind === "tag" || node.kind === "member") && <NamedRule node={node} known={known} change={(next) => set(place, next)} />}
              {node.kind === "other" && <OtherRule node={node} />}
            </Flex>
            <Button type="text" icon={<DeleteOutlined />} aria-label={t("segments.remove")} onClick={() => drop(place)} />
          </Flex>
        ),
      )}
    </fieldset>
  );
}

function Not({ node, change }: { node: Node; change: (not: boolean) => void }) {
  const { t } = useTranslation();
  return <Button size={node.kind === "group" ? "small" : "middle"} type={node.not ? "primary" : "default"} aria-pressed={node.not} onClick={() => change(!node.not)}>{t("segments.not")}</Button>;
}

function made(kind: Added, known: Schema["Vocabulary"]): Node {
  const of = { id: newId(), not: false };
  if (kind === "group") return emptyGroup("any");
  if (kind === "attribute") return { ...of, kind, column: "rfm_group", op: "=", value: null };
  if (kind === "deed") return { ...of, kind, verb: "did", deed: known.deeds[0]!.deed, measure: null, op: ">=", number: 1, days: 90, conditions: [] };
  return { ...of, kind, value: null };
}
