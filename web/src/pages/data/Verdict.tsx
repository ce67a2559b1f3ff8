import { Alert, Input, Modal, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, wordsOf } from "../../api/client";
import { reload } from "./Corrections";

export interface Asked {
  verdict: "approved" | "rejected";
  rule: Schema["Correction"];
  text: Schema["Mended"] | null; // none: all texts of the rule
}

/** Asks once more, with a reason, and keeps the verdict. */
export function Verdict({ asked, close }: { asked: Asked; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const { verdict, rule, text } = asked;
  const save = async () => {
    const { source, table_name, column_name } = rule;
    const { error } = await http.POST("/api/v1/data/corrections/decisions", { body: { verdict, source, table_name, column_name, rule: rule.rule, text_key: text?.text_key ?? null, reason: reason || null } });
    if (error) return setProblem(wordsOf(error) ?? t("common.failed"));
    reload();
    close();
  };
  const act = verdict === "approved" ? t("corrections.approve") : t("corrections.reject");
  return (
    <Modal open title={`${act} · ${rule.words}`} okText={act} okButtonProps={{ danger: verdict === "rejected" }} onOk={() => void save()} onCancel={close}>
      <div className="stack">
        <Typography.Text>{`${rule.source} · ${rule.table} · ${rule.column}`}</Typography.Text>
        {text && <Typography.Text code>{`${text.before ?? ""} → ${text.after ?? "–"}`}</Typography.Text>}
        <Typography.Text>{verdict === "approved" ? t("corrections.approveMeans", { count: text?.values ?? rule.values }) : t("corrections.rejectMeans", { count: text?.values ?? rule.values })}</Typography.Text>
        <Input.TextArea aria-label={t("corrections.reason")} placeholder={t("corrections.reason")} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />
        {problem && <Alert type="error" showIcon role="alert" title={problem} />}
      </div>
    </Modal>
  );
}
