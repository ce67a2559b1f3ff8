import { Alert, App, Button, Card, Empty, Flex, Form, Input, Popconfirm, Select, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, http, wordsOf } from "../../api/client";
import { useMe } from "../../app/me";
import { WideTable } from "../../components/WideTable";
import { useWords } from "../../components/words";
import { moment } from "../customers/row";

type Asked = Schema["TokenNew"];

/** Tokens for one's own programs: what each may do, until when; the text is shown once. */
export function Tokens() {
  const { t } = useTranslation();
  const me = useMe();
  const { word } = useWords();
  const { message } = App.useApp();
  const { data, refetch } = api.useQuery("get", "/api/v1/me/tokens");
  const [form] = Form.useForm<Asked>();
  const [made, setMade] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const add = async (asked: Asked) => {
    const { data: token, error } = await http.POST("/api/v1/me/tokens", { body: { ...asked, days: asked.days || null } });
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (!token) return;
    setMade(token.key);
    form.resetFields();
    void refetch();
  };
  const revoke = async (id: string) => {
    await http.DELETE("/api/v1/me/tokens/{token_id}", { params: { path: { token_id: id } } });
    void message.success(t("account.revoked"));
    void refetch();
  };
  return (
    <Card size="small" title={t("account.tokens")}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ days: 90 }} onFinish={(asked) => void add(asked)}>
        <Form.Item name="name" label={t("account.tokenName")} rules={[{ required: true }]}><Input maxLength={120} /></Form.Item>
        <Form.Item name="scopes" label={t("account.scopes")} rules={[{ required: true }]}><Select mode="multiple" showSearch={{ optionFilterProp: "label" }} options={me.actions.map((value) => ({ value, label: word("right", value) }))} /></Form.Item>
        <Form.Item name="days" label={t("account.expires")}>
          <Select options={[30, 90, 365].map((days) => ({ value: days, label: t("account.days", { count: days }) })).concat([{ value: 0, label: t("account.never") }])} />
        </Form.Item>
        {problem && <Alert type="error" showIcon role="alert" title={problem} style={{ marginBottom: 16 }} />}
        <Button type="primary" htmlType="submit">{t("account.makeToken")}</Button>
      </Form>
      {made && <Alert type="success" style={{ marginTop: 16 }} title={t("account.tokenOnce")} description={<Typography.Text copyable code>{made}</Typography.Text>} />}
      <WideTable<Schema["Token"]>
        label={t("account.tokens")}
        style={{ marginTop: 16 }}
        rowKey="token_id"
        dataSource={data ?? []}
        locale={{ emptyText: <Empty description={t("account.noTokens")} /> }}
        columns={[
          { title: t("account.tokenName"), dataIndex: "name" },
          { title: t("account.scopes"), render: (_, token) => <Flex gap={4} wrap style={{ maxWidth: 260 }}>{token.scopes.map((scope) => <Tag key={scope} title={scope}>{word("right", scope)}</Tag>)}</Flex> },
          { title: t("account.expires"), render: (_, token) => (token.expires_at ? moment(token.expires_at) : t("account.never")) },
          { title: t("account.used"), render: (_, token) => moment(token.used_at) },
          {
            title: t("account.state"),
            render: (_, token) =>
              token.revoked_at ? t("account.isRevoked") : (
                <Popconfirm title={t("account.revokeSure")} onConfirm={() => void revoke(token.token_id)}><Button type="link" size="small">{t("account.revoke")}</Button></Popconfirm>
              ),
          },
        ]}
      />
    </Card>
  );
}
