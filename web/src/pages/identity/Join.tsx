import { Alert, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http, wordsOf } from "../../api/client";
import { Preview } from "./Preview";

/** Joins the customer with another, after a look at what becomes of them. */
export function Join({ id, done, close }: { id: string; done: () => void; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ other: string; reason?: string }>();
  const [other, setOther] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const join = async (asked: { other: string; reason?: string }) => {
    if (asked.other.trim() !== other) return setOther(asked.other.trim()); // first what becomes of them
    const { error } = await http.POST("/api/v1/identity/merges", { body: { one: id, other, reason: asked.reason ?? null } });
    if (error) return setProblem(wordsOf(error) ?? t("common.failed"));
    done();
  };
  return (
    <Modal open width={760} title={t("identity.joinTitle", { id })} onCancel={close} onOk={() => form.submit()} okText={other ? t("identity.join") : t("identity.look")} cancelText={t("identity.cancel")}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(asked) => void join(asked)}>
        <Form.Item name="other" label={t("identity.other")} rules={[{ required: true, message: t("identity.otherNeeded") }]}><Input onChange={() => setOther(null)} /></Form.Item>
        {other && <Form.Item name="reason" label={t("identity.reason")}><Input maxLength={2000} /></Form.Item>}
      </Form>
      {problem && <Alert type="error" showIcon role="alert" title={problem} />}
      {other && <Preview one={id} other={other} />}
    </Modal>
  );
}
