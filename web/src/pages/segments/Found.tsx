import { keepPreviousData } from "@tanstack/react-query";
import { Button, Card, Flex, Progress, Statistic, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../api/client";
import { useMay } from "../../app/me";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";

/** How many customers a rule finds, as soon as it can be read, and the ways to them. */
export function Found({ rule }: { rule: string }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const may = useMay("customers.export");
  const { data, error, isFetching, refetch } = api.useQuery("get", "/api/v1/segments/count", { params: { query: { asked: rule } } }, { enabled: rule !== "", placeholderData: keepPreviousData });
  const to = new URLSearchParams({ segment: rule });
  const file = (form: string) => location.assign(`/api/v1/customers/export?${new URLSearchParams({ segment: rule, form, lang: i18n.language }).toString()}`);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const shown = rule !== "" ? data : undefined;
  return (
    <Card size="small">
      <Flex gap={16} wrap align="center" aria-live="polite" aria-busy={isFetching}>
        <Statistic title={t("segments.found")} value={shown ? format.count(shown.customers) : "–"} />
        <div style={{ flex: 1, minWidth: 120 }}>
          <Progress percent={Math.round((shown?.share ?? 0) * 1000) / 10} showInfo={false} aria-label={t("segments.share")} />
          <Typography.Text type="secondary">{shown ? t("segments.ofAll", { share: format.percent(shown.share), everyone: format.count(shown.everyone) }) : rule === "" ? t("segments.noRule") : "…"}</Typography.Text>
        </div>
        {shown && (
          <Flex gap={8} wrap>
            <Link to={`/customers?${to.toString()}`}><Button tabIndex={-1}>{t("segments.customers")}</Button></Link>
            {may && <Button onClick={() => file("csv")}>CSV</Button>}
            {may && <Button onClick={() => file("xlsx")}>Excel</Button>}
          </Flex>
        )}
      </Flex>
    </Card>
  );
}
