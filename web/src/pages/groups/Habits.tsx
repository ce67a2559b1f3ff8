import { Card, Descriptions } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Definition } from "../../components/Definition";
import { useFormat } from "../../components/format";

/** How many wait for discounts, and how many buy goods that earn much or little. */
export function Habits({ habits }: { habits: Schema["Habits"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = (count: number, share: number | null, of: number) => t("groups.outOf", { count: format.count(count), of: format.count(of), share: format.percent(share) });
  return (
    <Card size="small" title={<>{t("groups.habits")} <Definition of={t("groups.habits")} means={t("groups.habitsMean")} /></>}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 3 }}
        items={[
          { key: "hunters", label: t("groups.hunters"), children: said(habits.hunters, habits.hunter_share, habits.judged) },
          { key: "high", label: t("groups.highMargin"), children: said(habits.high, habits.high_share, habits.rated) },
          { key: "low", label: t("groups.lowMargin"), children: said(habits.low, habits.low_share, habits.rated) },
        ]}
      />
    </Card>
  );
}
