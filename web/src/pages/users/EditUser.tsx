import { Alert, Button, Form, Input, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, wordsOf } from "../../api/client";
import type { User } from "./Users";

const ROLES = ["admin", "analyst", "marketer", "sales", "service", "manager", "auditor"] as const;
type Asked = { login: string; shown_name: string; role: string; regions: string[]; own_customers_only: boolean; disabled: boolean };

/** A user's role and sight; a new password is made by the server and shown once. */
export function EditUser({ user, done, close }: { user: User | null; done: (made: Schema["PasswordMade"] | null) => void; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Asked>();
  const [problem, setProblem] = useState<string | null>(null);
  const failed = (error: unknown) => setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
  const save = async (asked: Asked) => {
    const { login, shown_name, role, regions, own_customers_only } = asked;
    if (user === null) {
      const { data, error } = await http.POST("/api/v1/users", { body: { login, shown_name: shown_name ?? "", role, regions, own_customers_only } });
      failed(error);
      if (data) done(data);
      return;
    }
    const { data, error } = await http.PUT("/api/v1/users/{login}", { params: { path: { login: user.login } }, body: { role, regions, own_customers_only, disabled: asked.disabled } });
    failed(error);
    if (data) done(null);
  };
  const reset = async () => {
    const { data, error } = await http.POST("/api/v1/users/{login}/password", { params: { path: { login: user?.login ?? "" } }, body: {} });
    failed(error);
    if (data) done(data);
  };
  const initial = user ? { ...user, disabled: user.disabled_at !== null } : { role: "sales", regions: [], own_customers_only: false };
  return (
    <Modal open title={user ? user.login : t("users.add")} onCancel={close} onOk={() => form.submit()} okText={t("users.save")}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={(asked) => void save(asked)}>
        {!user && <Form.Item name="login" label={t("signIn.login")} rules={[{ required: true, message: t("signIn.loginNeeded") }]}><Input maxLength={120} /></Form.Item>}
        {!user && <Form.Item name="shown_name" label={t("account.name")}><Input maxLength={120} /></Form.Item>}
        <Form.Item name="role" label={t("account.role")}><Select options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} /></Form.Item>
        <Form.Item name="regions" label={t("users.regions")}><Select mode="tags" tokenSeparators={[",", "，", " "]} /></Form.Item>
        <Form.Item name="own_customers_only" label={t("users.ownOnly")} valuePropName="checked"><Switch /></Form.Item>
        {user && <Form.Item name="disabled" label={t("users.disabledSwitch")} valuePropName="checked"><Switch /></Form.Item>}
        {user && <Button onClick={() => void reset()}>{t("users.reset")}</Button>}
        {problem && <Alert type="error" showIcon role="alert" title={problem} style={{ marginTop: 12 }} />}
      </Form>
    </Modal>
  );
}
