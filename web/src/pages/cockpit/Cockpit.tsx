import { keepPreviousData, useMutation } from "@tanstack/react-query";
import { App, Empty, Flex, Segmented, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, http, queries, wordsOf } from "../../api/client";
import { Wait } from "../../components/Wait";
import { FigureCard } from "./FigureCard";

const PERIODS = ["week", "month", "quarter", "year"] as const;
type Period = (typeof PERIODS)[number];

/** Pin figures to one's own cockpit. */
export function usePin() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: async (metrics: string[]) => {
      const { error } = await http.PUT("/api/v1/cockpit/pins", { body: { metrics } });
      if (error) throw error;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/cockpit"] }),
    onError: (error) => void message.error(wordsOf(error) ?? t("common.failed")),
  });
}

export function Component() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const period: Period = PERIODS.find((one) => one === params.get("period")) ?? "month";
  const asked = api.useQuery("get", "/api/v1/cockpit", { params: { query: { period } } }, { placeholderData: keepPreviousData });
  const dictionary = api.useQuery("get", "/api/v1/metrics", {});
  const pin = usePin();
  return (
    <Wait asked={asked}>
      {({ figures, is_default: isDefault }) => {
        const keys = figures.map((figure) => figure.metric.key);
        const others = (dictionary.data?.items ?? []).filter((metric) => metric.is_answerable && !keys.includes(metric.key));
        return (
          <Flex vertical gap={12}>
            <Flex gap={12} wrap align="center">
              <Segmented<Period> aria-label={t("metrics.period")} value={period} onChange={(value) => setParams(value === "month" ? {} : { period: value })} options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))} />
              <Select
                showSearch={{ optionFilterProp: "label" }}
                value={null}
                aria-label={t("cockpit.add")}
                placeholder={t("cockpit.add")}
                style={{ width: 240 }}
                options={others.map((metric) => ({ value: metric.key, label: metric.name }))}
                onChange={(key: string | null) => key && pin.mutate([...keys, key])}
              />
              <Typography.Text type="secondary">{isDefault ? t("cockpit.isDefault") : t("cockpit.compared")}</Typography.Text>
            </Flex>
            {figures.length ? (
              <ul className="figures">
                {figures.map((figure) => (
                  <li key={figure.metric.key}><FigureCard figure={figure} period={period} keys={keys} pin={(metrics) => pin.mutate(metrics)} /></li>
                ))}
              </ul>
            ) : (
              <Empty description={t("cockpit.none")} />
            )}
          </Flex>
        );
      }}
    </Wait>
  );
}
