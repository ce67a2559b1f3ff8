import { Alert, App, Button, Card, Descriptions, Flex, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http, wordsOf } from "../../api/client";
import { useMe } from "../../app/me";
import { Tokens } from "./Tokens";

export function Component() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Flex vertical gap={16} style={{ maxWidth: 640 }}>
      <Card size="small" title={t("account.who")}>
        <Descriptions
          size="small"
          column={1}
          items={[
            { key: "login", label: t("signIn.login"), children: me.login },
            { key: "name", label: t("account.name"), children: me.shown_name },
            { key: "role", label: t("account.role"), children: t(`role.${me.role as "admin"}`) },
            { key: "regions", label: t("account.sees"), children: me.regions.length ? me.regions.join(", ") : me.own_customers_only ? t("account.own") : t("account.all") },
          ]}
        />
      </Card>
      <Password />
      <Tokens />
    </Flex>
  );
}

function Password() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ old: string; new: string }>();
  const [problem, setProblem] = useState<string | null>(null);
  const change = async (asked: { old: string; new: string }) => {
    const { error } = await http.PUT("/api/v1/me/password", { body: asked });
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (error) return;
    form.resetFields();
    void message.success(t("account.changed"));
  };
  return (
    <Card size="small" title={t("account.password")}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={change}>
        <Form.Item name="old" label={t("account.old")} rules={[{ required: true }]}><Input.Password autoComplete="current-password" /></Form.Item>
        <Form.Item name="new" label={t("account.new")} rules={[{ required: true, min: 10, message: t("account.short") }]}><Input.Password autoComplete="new-password" /></Form.Item>
        {problem && <Alert type="error" showIcon role="alert" title={problem} style={{ marginBottom: 16 }} />}
        <Button type="primary" htmlType="submit">{t("account.change")}</Button>
      </Form>
    </Card>
  );
}
