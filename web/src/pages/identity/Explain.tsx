import { Button, Card, Flex, Form, Input, Skeleton, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { useWords } from "../../components/words";
import { PairTable } from "./PairTable";

type Asked = { one: string; other: string };

/** Why any two records are, or are not, one person: asked for by their ids, or by the address from a customer's page. */
export function Explain() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [one, other, customer] = [params.get("one"), params.get("other"), params.get("customer")];
  const ask = (asked: Asked) => setParams({ tab: "explain", one: asked.one.trim(), other: asked.other.trim() });
  const needed = [{ required: true, whitespace: true, message: t("identity.otherNeeded") }];
  return (
    <div className="stack">
      <Typography.Text type="secondary">{t("identity.explainHow")}</Typography.Text>
      <Form<Asked> layout="vertical" requiredMark={false} initialValues={customer ? {} : { one: one ?? "", other: other ?? "" }} onFinish={ask}>
        <Flex gap={12} wrap align="start">
          <Form.Item name="one" label={t("identity.oneRecord")} rules={needed} style={{ flex: "1 1 220px", margin: 0 }}><Input /></Form.Item>
          <Form.Item name="other" label={t("identity.otherRecord")} rules={needed} style={{ flex: "1 1 220px", margin: 0 }}><Input /></Form.Item>
          <Form.Item label="&nbsp;" colon={false} style={{ margin: 0 }}><Button type="primary" htmlType="submit">{t("identity.explain")}</Button></Form.Item>
        </Flex>
      </Form>
      {one && other && <Answer key={`${one} ${other}`} one={one} other={other} customer={customer} />}
    </div>
  );
}

function Answer({ one, other, customer }: Asked & { customer: string | null }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const query = { one, other, ...(customer ? { customer_id: customer } : {}) };
  const { data, error, refetch } = api.useQuery("get", "/api/v1/identity/explain", { params: { query } });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  return (
    <Card size="small">
      <div className="stack">
        <Flex gap={8} wrap justify="space-between">
          <Typography.Text strong>{t(data.same_customer ? "identity.oneCustomer" : "identity.twoCustomers")}</Typography.Text>
          {data.outcome !== "joined" && <Typography.Text type="secondary">{word("identity_outcome", data.outcome)}</Typography.Text>}
        </Flex>
        <PairTable pair={data} />
      </div>
    </Card>
  );
}
