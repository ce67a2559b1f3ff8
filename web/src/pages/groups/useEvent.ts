import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** An action as people call it: usual names are translated, a company's own are their own word. */
export function useEvent() {
  const { t, i18n } = useTranslation();
  return useCallback((name: string) => (i18n.exists(`event.${name}`) ? t(`event.${name as "view"}`) : name), [t, i18n]);
}
