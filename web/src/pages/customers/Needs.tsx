import { Card, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useWords } from "../../components/words";
import { type Cells, text } from "./row";

/** What the customer needs, and whether a contact about it would be a service. */
export function Needs({ rows }: { rows: Cells[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  return (
    <Card size="small" title={t("customer.needs")}>
      <ul className="plain">
        {rows.map((row) => (
          <li key={text(row.category)}>
            <Flex wrap gap={6} align="center">
              <Typography.Text strong>{word("category", row.category)}</Typography.Text>
              <Tag className={row.verdict === "service" ? undefined : "warns"}>{t(`customer.verdict.${text(row.verdict) as "service"}`)}</Tag>
              <Typography.Text type="secondary">
                {t(`customer.needWhy.${text(row.why) as "asked"}`)}{t("customer.needOn", { day: text(row.need_on) })}
              </Typography.Text>
              {row.offer_product_id !== null && <Link to={`/products/${encodeURIComponent(text(row.offer_product_id))}`}>{t("customer.needOffer", { product: text(row.offer_product_id) })}</Link>}
            </Flex>
          </li>
        ))}
      </ul>
    </Card>
  );
}
