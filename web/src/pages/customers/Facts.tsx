import { EyeOutlined } from "@ant-design/icons";
import { Button, Card, Descriptions, Flex, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http } from "../../api/client";
import { useMay } from "../../app/me";
import { AskWhy } from "../../components/AskWhy";
import { useWords } from "../../components/words";
import { type Detail, moment, text } from "./row";

const FACTS = ["gender", "birth_date", "phone", "email", "id_number", "wechat_id", "province", "city", "address", "occupation"] as const;

/** Who it is: each fact with the source it came from, masked until somebody says why it must be seen. */
export function Facts({ data }: { data: Detail }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const may = useMay("customers.personal");
  const [asking, setAsking] = useState(false);
  const [seen, setSeen] = useState<Schema["Personal"] | null>(null);
  const known = { ...data.customer, ...seen?.customer };
  const items = FACTS.filter((name) => known[name] !== null && known[name] !== undefined).map((name) => ({
    key: name,
    label: t(`field.${name}`),
    children: (
      <Flex justify="space-between" gap={8} wrap style={{ width: "100%" }}>
        <span style={{ overflowWrap: "anywhere" }}>{name === "gender" ? word("gender", known[name]) : text(known[name])}</span>
        <Typography.Text type="secondary" title={t("customer.fromSource")}>{text(known[`${name}_source`])}</Typography.Text>
      </Flex>
    ),
  }));
  return (
    <Card
      size="small"
      title={text(known.name ?? data.customer_id)}
      extra={may && !seen && <Button size="small" icon={<EyeOutlined />} onClick={() => setAsking(true)}>{t("customer.show")}</Button>}
    >
      <Descriptions size="small" column={1} items={items} />
      <Flex wrap gap={8} style={{ marginTop: 8 }}>
        <Typography.Text type="secondary" copyable>{data.customer_id}</Typography.Text>
        {data.customer.registered_at !== null && <Typography.Text type="secondary">{t("customer.registered", { at: moment(data.customer.registered_at) })}</Typography.Text>}
        <Typography.Text type="secondary">{data.owner ? t("customer.owner", { login: data.owner }) : t("customer.noOwner")}</Typography.Text>
        {seen && <Tag className="warns">{t("customer.shown")}</Tag>}
      </Flex>
      {seen && Object.values(seen.notes).filter(Boolean).length > 0 && (
        <ul>{Object.entries(seen.notes).filter(([, words]) => words).map(([id, words]) => <li key={id}>{words}</li>)}</ul>
      )}
      {asking && (
        <AskWhy
          title={t("customer.why")}
          ask={(reason) => http.POST("/api/v1/customers/{customer_id}/personal", { params: { path: { customer_id: data.customer_id } }, body: { reason } })}
          show={setSeen}
          close={() => setAsking(false)}
        />
      )}
    </Card>
  );
}
