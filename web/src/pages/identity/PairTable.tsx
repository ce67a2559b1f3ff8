import { Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "../../api/client";
import { useFormat } from "../../components/format";
import { WideTable } from "../../components/WideTable";
import { useWords } from "../../components/words";
import { moment, text } from "../customers/row";

type Pair = Pick<Schema["Pair"], "sides" | "evidence" | "weight_bits" | "probability">;
type Line = { key: string; title: string; left: string; right: string; evidence?: Schema["Evidence"] };

const FIELDS = ["name", "phone", "email", "id_number", "birth_date", "gender", "province", "city", "address", "wechat_id", "member_id", "app_id"];
const NAMES = ["given_name", "surname"]; // parts of the one name that a record tells

/** The two records side by side, with what each field speaks for or against one person. */
export function PairTable({ pair }: { pair: Pair }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const format = useFormat();
  const [left, right] = pair.sides;
  if (!left || !right) return null;
  const said = (field: string, value: unknown) => (field === "gender" ? word("gender", value) : text(value));
  const of = (field: string) => pair.evidence.find((one) => one.comparison === field || (field === "name" && NAMES.includes(one.comparison)));
  const lines: Line[] = [
    { key: "source", title: t("customer.source"), left: text(left.record.source), right: text(right.record.source) },
    ...FIELDS.filter((field) => left.record[field] || right.record[field]).map((field) => ({
      key: field, title: word("comparison", field), left: said(field, left.record[field]), right: said(field, right.record[field]), evidence: of(field),
    })),
    { key: "registered", title: t("field.registered_at"), left: moment(left.record.registered_at), right: moment(right.record.registered_at) },
    { key: "net", title: t("identity.netAmount"), left: format.money(left.net_amount), right: format.money(right.net_amount) },
  ];
  const head = (side: Schema["PairSide"]) => <Link to={`/customers/${encodeURIComponent(side.customer_id)}?tab=identity`}>{side.customer_id}</Link>;
  return (
    <WideTable<Line>
      label={t("identity.pairOf", { one: left.customer_id, other: right.customer_id })}
      rowKey="key"
      className="pair"
      dataSource={lines}
      columns={[
        {
          title: t("identity.fieldName"),
          key: "field",
          render: (_, line) => (
            <>
              <div className="field-name">{line.title}</div>
              {line.evidence && <Weight evidence={line.evidence} word={word} />}
            </>
          ),
        },
        { title: head(left), key: "left", dataIndex: "left", className: "breaks" },
        { title: head(right), key: "right", dataIndex: "right", className: "breaks" },
      ]}
      footer={() => <Typography.Text>{t("identity.sum", { bits: signed(pair.weight_bits), probability: format.percent(pair.probability) })}</Typography.Text>}
    />
  );
}

function Weight({ evidence, word }: { evidence: Schema["Evidence"]; word: (kind: string, code: unknown) => string }) {
  return <Tag className={evidence.weight_bits > 0 ? "speaks-for" : "speaks-against"} style={{ whiteSpace: "normal" }}>{`${word("agreement", evidence.agreement)} ${signed(evidence.weight_bits)}`}</Tag>;
}

const signed = (bits: number) => `${bits > 0 ? "+" : "−"}${Math.abs(bits).toFixed(1)}`;
