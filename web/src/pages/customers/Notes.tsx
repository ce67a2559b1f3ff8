import { Alert, Button, Card, DatePicker, Empty, Flex, Form, Input, Popconfirm, Select, Tag, Typography } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, wordsOf } from "../../api/client";
import { useMay, useMe } from "../../app/me";
import { useWords } from "../../components/words";
import type { Detail } from "./row";

type Source = NonNullable<Schema["NoteNew"]["source"]>;

/** What people learnt at the counter, on the phone, on a visit: a sentence and a tag, dated and under a name. */
export function Notes({ data, reload }: { data: Detail; reload: () => void }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const me = useMe();
  const may = useMay("notes.write");
  const withdraw = async (id: string) => {
    await http.DELETE("/api/v1/customers/{customer_id}/notes/{note_id}", { params: { path: { customer_id: data.customer_id, note_id: id } } });
    reload();
  };
  return (
    <Card size="small" title={t("customer.notes")}>
      {may && <Write id={data.customer_id} written={reload} />}
      {data.notes.length === 0 && !may && <Empty description={t("customer.noNotes")} />}
      <Flex vertical gap={10} component="ul" style={{ listStyle: "none", padding: 0, margin: 0 }}>
        {data.notes.map((note) => (
          <li key={note.note_id}>
            <Flex gap={6} wrap align="center">
              {note.tag && <Tag style={{ marginInlineEnd: 0 }}>{note.tag}</Tag>}
              <Typography.Text delete={note.withdrawn_at !== null}>{note.words}</Typography.Text>
            </Flex>
            <Flex gap={8} wrap align="center">
              <Typography.Text type="secondary">{`${note.learnt_on} · ${note.author} · ${word("note_source", note.source)}`}</Typography.Text>
              {note.withdrawn_at && <Typography.Text type="secondary">{t("customer.withdrawnBy", { login: note.withdrawn_by })}</Typography.Text>}
              {note.pending && <Tag title={t("customer.pendingWhy")}>{t("customer.pending")}</Tag>}
              {may && !note.withdrawn_at && (note.author === me.login || ["admin", "manager"].includes(me.role)) && (
                <Popconfirm title={t("customer.withdrawSure")} onConfirm={() => void withdraw(note.note_id)}>
                  <Button type="link" size="small">{t("customer.withdraw")}</Button>
                </Popconfirm>
              )}
            </Flex>
          </li>
        ))}
      </Flex>
    </Card>
  );
}

function Write({ id, written }: { id: string; written: () => void }) {
  const { t } = useTranslation();
  const { options } = useWords();
  const [form] = Form.useForm<{ tag?: string; words?: string; source: Source; on?: Dayjs }>();
  const [problem, setProblem] = useState<string | null>(null);
  const keep = async (asked: { tag?: string; words?: string; source: Source; on?: Dayjs }) => {
    const body = { tag: asked.tag?.trim() || null, words: asked.words ?? "", source: asked.source, learnt_on: asked.on?.format("YYYY-MM-DD") ?? null };
    const { error } = await http.POST("/api/v1/customers/{customer_id}/notes", { params: { path: { customer_id: id } }, body });
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (error) return;
    form.resetFields();
    written();
  };
  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={{ source: "front_desk" }} onFinish={(asked) => void keep(asked)} style={{ marginBottom: 12 }}>
      <Form.Item name="words" label={t("customer.noteWords")} style={{ marginBottom: 8 }}><Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={4000} /></Form.Item>
      <Flex gap={8} wrap align="end">
        <Form.Item name="tag" label={t("customer.noteTag")} style={{ marginBottom: 8, flex: "1 1 120px" }}><Input maxLength={120} /></Form.Item>
        <Form.Item name="source" label={t("customer.noteSource")} style={{ marginBottom: 8, flex: "1 1 110px" }}><Select options={options("note_source")} /></Form.Item>
        <Form.Item name="on" label={t("customer.noteOn")} style={{ marginBottom: 8, flex: "1 1 130px" }}><DatePicker style={{ width: "100%" }} placeholder={t("customer.today")} /></Form.Item>
        <Button type="primary" htmlType="submit" style={{ marginBottom: 8 }}>{t("customer.noteKeep")}</Button>
      </Flex>
      {problem && <Alert type="error" showIcon role="alert" title={problem} />}
    </Form>
  );
}
