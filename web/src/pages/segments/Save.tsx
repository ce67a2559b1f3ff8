import { App, Button, Flex, Form, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, queries, wordsOf } from "../../api/client";

interface Asked {
  key?: string;
  name: string;
  name_en?: string;
  doc?: string;
}
interface Props {
  saved: Schema["SegmentOne"] | null;
  rule: string;
  done: (key: string | null) => void; // the key under which it is saved now; null: deleted
}

/** Keep a rule: under a new name, or as what a segment of one's own is from now on. */
export function Save({ saved, rule, done }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Asked>();
  const [open, setOpen] = useState<"new" | "change" | null>(null);
  const own = saved?.may_change ? saved : null;
  const told = (error: unknown, key: string | null, words: string) => {
    if (error) return void message.error(wordsOf(error) ?? t("common.failed"));
    setOpen(null);
    void message.success(words);
    void queries.invalidateQueries();
    done(key);
  };
  const keep = async (asked: Asked) => {
    const body = { name: asked.name, name_en: asked.name_en ?? "", doc: asked.doc ?? "", expression: rule };
    if (open === "change" && own) {
      const { error } = await http.PUT("/api/v1/segments/{key}", { params: { path: { key: own.key } }, body });
      return told(error, own.key, t("segments.kept", { name: asked.name }));
    }
    const { data, error } = await http.POST("/api/v1/segments", { body: { ...body, key: asked.key ?? "" } });
    return told(error, data?.key ?? null, t("segments.kept", { name: asked.name }));
  };
  const forget = async () => {
    const { error } = await http.DELETE("/api/v1/segments/{key}", { params: { path: { key: own!.key } } });
    told(error, null, t("segments.deleted", { name: own!.name }));
  };
  const first = open === "change" && own ? { name: own.name_zh, name_en: own.name_en, doc: own.doc } : {};
  return (
    <Flex gap={8} wrap>
      {own && <Button type="primary" disabled={rule === ""} onClick={() => setOpen("change")}>{t("segments.saveChange")}</Button>}
      <Button type={own ? "default" : "primary"} disabled={rule === ""} onClick={() => setOpen("new")}>{saved ? t("segments.saveCopy") : t("segments.save")}</Button>
      {own && (
        <Popconfirm title={t("segments.deleteSure", { name: own.name })} description={own.named_by.length ? t("segments.namedBy", { by: own.named_by.join(", ") }) : null} onConfirm={forget} okText={t("segments.delete")} cancelText={t("segments.cancel")}>
          <Button danger>{t("segments.delete")}</Button>
        </Popconfirm>
      )}
      <Modal open={open !== null} title={open === "change" ? t("segments.saveChange") : t("segments.save")} onCancel={() => setOpen(null)} onOk={() => form.submit()} okText={t("segments.save")} cancelText={t("segments.cancel")} destroyOnHidden>
        <Form form={form} layout="vertical" initialValues={first} onFinish={keep} preserve={false} key={open}>
          <Form.Item name="name" label={t("segments.name")} rules={[{ required: true, whitespace: true, message: t("segments.nameNeeded") }]}><Input maxLength={120} /></Form.Item>
          <Form.Item name="name_en" label={t("segments.nameEn")}><Input maxLength={120} /></Form.Item>
          {open === "new" && <Form.Item name="key" label={t("segments.key")} extra={t("segments.keyMeans")} rules={[{ pattern: /^[a-z0-9_]{1,60}$/, message: t("segments.keyWrong") }]}><Input maxLength={60} /></Form.Item>}
          <Form.Item name="doc" label={t("segments.doc")}><Input.TextArea maxLength={2000} autoSize={{ minRows: 2 }} /></Form.Item>
        </Form>
        <code className="formula">{rule}</code>
      </Modal>
    </Flex>
  );
}
