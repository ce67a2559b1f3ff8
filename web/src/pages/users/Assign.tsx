import { Alert, Form, Input, Modal, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, wordsOf } from "../../api/client";
import type { User } from "./Users";

type Asked = { ids?: string; segment?: string; away?: boolean };

/** Gives a user customers, by their ids or by a segment. */
export function Assign({ user, done, close }: { user: User; done: () => void; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Asked>();
  const [problem, setProblem] = useState<string | null>(null);
  const [did, setDid] = useState<Schema["Assigned"] | null>(null);
  const give = async (asked: Asked) => {
    const customer_ids = (asked.ids ?? "").split(/[\s,，;]+/).filter(Boolean);
    const body = { customer_ids, segment: asked.segment ?? "", take_away: asked.away ?? false };
    const { data, error } = await http.POST("/api/v1/users/{login}/customers", { params: { path: { login: user.login } }, body });
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    setDid(data ?? null);
    if (data) form.resetFields();
  };
  return (
    <Modal open title={t("users.assignOf", { login: user.login })} onCancel={did ? done : close} onOk={() => form.submit()} okText={t("users.assign")} cancelText={did ? t("users.close") : t("users.cancel")}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(asked) => void give(asked)}>
        <Form.Item name="ids" label={t("users.ids")}><Input.TextArea rows={4} /></Form.Item>
        <Form.Item name="segment" label={t("users.segment")}><Input placeholder="city = '武汉市'" /></Form.Item>
        <Form.Item name="away" label={t("users.away")} valuePropName="checked"><Switch /></Form.Item>
        {problem && <Alert type="error" showIcon role="alert" title={problem} />}
        {did && <Alert type={did.unknown.length ? "warning" : "success"} showIcon title={t("users.did", { changed: did.changed, customers: did.customers })} description={did.unknown.length ? t("users.unknown", { ids: did.unknown.join(", ") }) : undefined} />}
      </Form>
    </Modal>
  );
}
