import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";

/** What codes and Chinese names of the data are called in the language of the page; the server knows them. */
export function useWords() {
  const { i18n } = useTranslation();
  const { data } = api.useQuery("get", "/api/v1/words", {}, { staleTime: Number.POSITIVE_INFINITY });
  const lang = i18n.language === "zh" ? "zh" : "en";
  const word = useCallback((kind: string, code: unknown): string => (code === null || code === undefined || code === "" ? "–" : (data?.[lang][kind]?.[String(code)] ?? String(code))), [data, lang]);
  const days = useMemo(() => new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-US", { weekday: "long", timeZone: "UTC" }), [lang]);
  const tag = (family: string, name: string): string => {
    if (family === "weekday") return days.format(new Date(Date.UTC(2024, 0, Number(name)))); // 1 January 2024 was a Monday
    if (family === "hour") return `${name}:00`;
    if (family === "rule") return word("tag", name);
    if (family === "category") return word("category", name);
    if (family === "channel") return word("channel", name);
    if (family === "place") return word("place", name);
    return word("tag_code", name);
  };
  const options = (kind: string) => (data?.order[kind] ?? []).map((value) => ({ value, label: word(kind, value) }));
  return { word, tag, options };
}
