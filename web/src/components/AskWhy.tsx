import { Alert, Input, Modal, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../api/client";

/** Asks why personal data must be seen; the answer is in the audit log before the data is on the screen. */
export function AskWhy<Seen>({ title, ask, show, close }: { title: string; ask: (reason: string) => Promise<{ data?: Seen; error?: unknown }>; show: (seen: Seen) => void; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    const { data, error } = await ask(reason);
    setBusy(false);
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (!data) return;
    show(data);
    close();
  };
  return (
    <Modal title={title} open onCancel={close} onOk={() => void send()} okText={t("customer.show")} confirmLoading={busy} okButtonProps={{ disabled: reason.trim().length < 3 }}>
      <p>{t("customer.whyAudited")}</p>
      <Input.TextArea autoFocus aria-label={title} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} rows={3} aria-describedby="why-longer" />
      <Typography.Text type="secondary" id="why-longer">{t("customer.whyLonger")}</Typography.Text>
      {problem && <Alert type="error" showIcon role="alert" title={problem} style={{ marginTop: 12 }} />}
    </Modal>
  );
}
