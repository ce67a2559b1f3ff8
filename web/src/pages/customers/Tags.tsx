import { Card, Empty, Flex, Popover, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { type Cells, type Detail, number, text } from "./row";

/** What the customer is like, by family; each tag says on click or Enter what it rests on, how sure it is and since when. */
export function Tags({ data }: { data: Detail }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const families = new Map<string, Cells[]>();
  for (const tag of data.tags) families.set(String(tag.family), [...(families.get(String(tag.family)) ?? []), tag]);
  return (
    <Card size="small" title={t("customer.tags")}>
      {families.size === 0 && <Empty description={t("customer.noTags")} />}
      <Flex vertical gap={6}>
        {[...families].map(([family, tags]) => (
          <Flex key={family} gap={4} wrap align="center">
            <Typography.Text type="secondary" style={{ minWidth: 88 }}>{word("family", family)}</Typography.Text>
            {tags.map((tag) => <One key={String(tag.tag)} tag={tag} />)}
          </Flex>
        ))}
      </Flex>
    </Card>
  );
}

function One({ tag }: { tag: Cells }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word, tag: called } = useWords();
  const name = called(String(tag.family), String(tag.tag));
  const lines = [
    ...(tag.family === "rule" ? [word("tag_means", tag.tag)] : []),
    t("customer.evidence", { evidence: format.count(number(tag.evidence)), basis: word("basis", tag.basis) }),
    t("customer.confidence", { confidence: format.percent(number(tag.confidence)) }),
    ...(tag.lift !== null ? [t("customer.lift", { share: format.percent(number(tag.share)), lift: format.decimal(number(tag.lift)) })] : []),
    t("customer.since", { day: text(tag.since) }),
    ...(tag.author ? [t("customer.saidBy", { author: text(tag.author), day: text(tag.learnt_on) })] : []),
    ...(tag.contradicted === true ? [t("customer.contradicted")] : []),
  ];
  return (
    <Popover trigger={["click", "hover"]} title={name} content={<ul style={{ margin: 0, paddingInlineStart: 18, maxWidth: 320 }}>{lines.map((line) => <li key={line}>{line}</li>)}</ul>}>
      <button type="button" className="tag-button" aria-label={`${word("family", tag.family)}: ${name}`}>
        <Tag {...(tag.contradicted === true ? { className: "warns" } : {})} style={{ marginInlineEnd: 0 }}>{`${name}${tag.contradicted === true ? " ?" : ""}`}</Tag>
      </button>
    </Popover>
  );
}
