import { Alert, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, wordsOf } from "../../api/client";

/** Asks why personal data must be seen; the answer is in the audit log before the data is on the screen. */
export function ShowPersonal({ id, open, close, show }: { id: string; open: boolean; close: () => void; show: (seen: Schema["Personal"]) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    const { data, error } = await http.POST("/api/v1/customers/{customer_id}/personal", { params: { path: { customer_id: id } }, body: { reason } });
    setBusy(false);
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (!data) return;
    setReason("");
    show(data);
    close();
  };
  return (
    <Modal title={t("customer.why")} open={open} onCancel={close} onOk={() => void ask()} okText={t("customer.show")} confirmLoading={busy} okButtonProps={{ disabled: reason.trim().length < 3 }}>
      <p>{t("customer.whyAudited")}</p>
      <Input.TextArea autoFocus aria-label={t("customer.why")} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} rows={3} />
      {problem && <Alert type="error" showIcon role="alert" title={problem} style={{ marginTop: 12 }} />}
    </Modal>
  );
}
