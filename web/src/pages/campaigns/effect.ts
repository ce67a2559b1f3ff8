import { useTranslation } from "react-i18next";
import { useFormat } from "../../components/format";

/** How an effect is written: money as money, anything else as percentage points. */
export function useEffectWords() {
  const { t } = useTranslation();
  const format = useFormat();
  const signed = (value: number, written: string) => (value > 0 ? `+${written}` : written);
  return {
    effect: (value: number | null, outcome: string) =>
      value === null ? "–" : outcome === "net_amount" ? signed(value, format.exactMoney(value)) : t("campaigns.points", { value: signed(value, (100 * value).toFixed(1)) }),
    between: (low: number | null, high: number | null, outcome: string) => {
      const end = (value: number | null) => (value === null ? "–" : outcome === "net_amount" ? format.exactMoney(value) : signed(value, (100 * value).toFixed(1)));
      return t("campaigns.between", { low: end(low), high: end(high) });
    },
    rate: (value: number | null, outcome: string) => (outcome === "net_amount" ? format.exactMoney(value) : format.percent(value)),
  };
}
