import { Alert, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, wordsOf } from "../../api/client";

/** Asks why the phone must be seen; the answer is in the audit log before it is on the screen. */
export function ShowLead({ id, close, show }: { id: string; close: () => void; show: (seen: Schema["LeadPersonal"]) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    const { data, error } = await http.POST("/api/v1/leads/{lead_id}/personal", { params: { path: { lead_id: id } }, body: { reason } });
    setBusy(false);
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (!data) return;
    show(data);
    close();
  };
  return (
    <Modal title={t("leads.showWhy")} open onCancel={close} onOk={() => void ask()} okText={t("customer.show")} confirmLoading={busy} okButtonProps={{ disabled: reason.trim().length < 3 }}>
      <p>{t("customer.whyAudited")}</p>
      <Input.TextArea autoFocus aria-label={t("leads.showWhy")} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} rows={3} />
      {problem && <Alert type="error" showIcon role="alert" title={problem} style={{ marginTop: 12 }} />}
    </Modal>
  );
}
