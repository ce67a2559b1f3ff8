import { Alert, Form, Input, Modal, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http, wordsOf } from "../../api/client";

/** Says that some records of the customer are another person. */
export function Split({ id, keys, done, close }: { id: string; keys: string[]; done: () => void; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ reason?: string }>();
  const [problem, setProblem] = useState<string | null>(null);
  const split = async (asked: { reason?: string }) => {
    const { error } = await http.POST("/api/v1/identity/splits", { body: { customer_id: id, record_keys: keys, reason: asked.reason ?? null } });
    if (error) return setProblem(wordsOf(error) ?? t("common.failed"));
    done();
  };
  return (
    <Modal open title={t("identity.splitTitle", { id })} onCancel={close} onOk={() => form.submit()} okText={t("identity.split")} cancelText={t("identity.cancel")}>
      <Typography.Paragraph>{t("identity.splitWhat", { count: keys.length })}</Typography.Paragraph>
      <Form form={form} layout="vertical" onFinish={(asked) => void split(asked)}>
        <Form.Item name="reason" label={t("identity.reason")}><Input maxLength={2000} /></Form.Item>
      </Form>
      {problem && <Alert type="error" showIcon role="alert" title={problem} />}
    </Modal>
  );
}
