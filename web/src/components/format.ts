import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../app/me";

/** A share that passes: what is not all is never written as 100%. */
const passing = (write: (value: number) => string) => (share: number | null | undefined) => (share === null || share === undefined ? "–" : share < 1 && share > 0.9999 ? `>${write(0.9999)}` : write(share));

/** Numbers as people of the language write them; a null is a dash. */
export function useFormat() {
  const { i18n } = useTranslation();
  const { currency } = useMe().project;
  return useMemo(() => {
    const lang = i18n.language === "zh" ? "zh-CN" : "en-US";
    const of = (options: Intl.NumberFormatOptions) => {
      const format = new Intl.NumberFormat(lang, { signDisplay: "negative", ...options }); // what rounds to nothing has no sign
      return (value: number | string | null | undefined) => (value === null || value === undefined ? "–" : format.format(Number(value)));
    };
    return {
      count: of({ maximumFractionDigits: 0 }),
      decimal: of({ maximumFractionDigits: 2 }),
      money: of({ style: "currency", currency, minimumFractionDigits: 0, maximumFractionDigits: 0 }),
      exactMoney: of({ style: "currency", currency }),
      percent: of({ style: "percent", maximumFractionDigits: 1 }),
      passing: passing(of({ style: "percent", maximumFractionDigits: 2 })),
      short: of({ notation: "compact", maximumFractionDigits: 1 }),
    };
  }, [i18n.language, currency]);
}
