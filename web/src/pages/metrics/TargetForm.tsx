import { App, Button, Flex, Form, InputNumber, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, queries, wordsOf } from "../../api/client";

interface Asked {
  target: number;
  lower?: number | null;
  upper?: number | null;
}

/** What a metric should come to in a month, and the bounds outside of which it is a warning. */
export function TargetForm({ metric }: { metric: Schema["MetricFacts"] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<Asked>();
  const path = { params: { path: { key: metric.key } } };
  const done = (error: unknown) => {
    if (error) return void message.error(wordsOf(error) ?? t("common.failed"));
    setOpen(false);
    void queries.invalidateQueries();
  };
  const save = async (asked: Asked) => done((await http.PUT("/api/v1/metrics/{key}/target", { ...path, body: asked })).error);
  const remove = async () => done((await http.DELETE("/api/v1/metrics/{key}/target", path)).error);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>{t("metrics.target")}</Button>
      <Modal open={open} title={`${metric.name} · ${t("metrics.target")}`} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <p>{metric.is_stock ? t("metrics.targetOfStock") : t("metrics.targetOfMonth")} {metric.unit === "share" && t("metrics.shareAs")}</p>
        <Form form={form} layout="vertical" initialValues={metric.target ?? {}} onFinish={save} preserve={false}>
          <Form.Item name="target" label={t("metrics.target")} rules={[{ required: true, message: t("metrics.targetNeeded") }]}><InputNumber style={{ width: "100%" }} /></Form.Item>
          <Form.Item name="lower" label={t("metrics.lower")}><InputNumber style={{ width: "100%" }} /></Form.Item>
          <Form.Item name="upper" label={t("metrics.upper")}><InputNumber style={{ width: "100%" }} /></Form.Item>
          <Flex gap={8} justify="end">
            {metric.target && <Button danger onClick={() => void remove()}>{t("metrics.removeTarget")}</Button>}
            <Button type="primary" htmlType="submit">{t("metrics.save")}</Button>
          </Flex>
        </Form>
      </Modal>
    </>
  );
}
