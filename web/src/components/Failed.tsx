import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../api/client";

/** A part that could not be loaded: what the server said, and another try. */
export function Failed({ error, retry }: { error?: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      showIcon
      title={t("common.failed")}
      description={wordsOf(error)}
      action={retry && <Button size="small" onClick={retry}>{t("common.retry")}</Button>}
    />
  );
}
