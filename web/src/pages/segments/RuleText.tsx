import { Alert, Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";

interface Props {
  text: string;
  problem: Schema["ReadProblem"] | null;
  type: (text: string, pause?: number) => void;
}

/** The rule as text; what is wrong in it is said, shown and, where something near is known, mended by a click. */
export function RuleText({ text, problem, type }: Props) {
  const { t } = useTranslation();
  const at = problem?.at ?? null;
  const show = () => {
    if (at === null) return;
    const area = document.querySelector<HTMLTextAreaElement>("textarea[data-rule]");
    area?.focus();
    area?.setSelectionRange(at, at + (problem?.length ?? 0));
  };
  const mend = () => at !== null && problem?.nearest && type(text.slice(0, at) + problem.nearest + text.slice(at + problem.length), 0);
  return (
    <div className="stack">
      <Input.TextArea
        data-rule
        value={text}
        onChange={(event) => type(event.target.value)}
        autoSize={{ minRows: 4, maxRows: 14 }}
        maxLength={4000}
        spellCheck={false}
        aria-label={t("segments.text")}
        aria-invalid={problem !== null}
        placeholder={t("segments.example")}
        className="rule-text"
      />
      {problem && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={problem.message}
          description={
            <>
              {at !== null && <div><code className="formula">{text.slice(Math.max(0, at - 20), at)}<mark>{text.slice(at, at + problem.length)}</mark>{text.slice(at + problem.length, at + problem.length + 20)}</code></div>}
              {problem.hint}
            </>
          }
          action={problem.nearest && at !== null ? <Button size="small" onClick={mend}>{t("segments.mend", { name: problem.nearest })}</Button> : at !== null && <Button size="small" onClick={show}>{t("segments.show")}</Button>}
        />
      )}
    </div>
  );
}
