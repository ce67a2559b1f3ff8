import { Card, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Level } from "../../components/Level";
import { useWords } from "../../components/words";
import { TONES } from "../campaigns/Moved";
import { useEffectWords } from "../campaigns/effect";
import { type Cells, number, text } from "./row";

/** What campaigns would do to the customer, where a model of it is proven. */
export function Uplift({ rows }: { rows: Cells[] }) {
  const { t, i18n } = useTranslation();
  const { word } = useWords();
  const { between, effect } = useEffectWords();
  return (
    <Card size="small" title={t("customer.uplift")} extra={<Link to="/campaigns">{t("page.campaigns")}</Link>}>
      <ul className="plain">
        {rows.map((row) => (
          <li key={`${text(row.campaign)} ${text(row.arm)}`}>
            <Flex wrap gap={6} align="center">
              <Typography.Text strong>{text(row.campaign)}</Typography.Text>
              <Level tone={TONES[text(row.uplift_group) as "persuadable"]}>{word("uplift", row.uplift_group)}</Level>
              <Typography.Text type="secondary">{t("customer.upliftOf", { value: effect(number(row.uplift), text(row.outcome)), between: between(number(row.low), number(row.high), text(row.outcome)) })}</Typography.Text>
            </Flex>
            <Typography.Text type="secondary">{((row[i18n.language === "zh" ? "reasons" : "reasons_en"] as string[] | undefined) ?? []).join("；")}</Typography.Text>
          </li>
        ))}
      </ul>
    </Card>
  );
}
