import { Button, Card, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, queries } from "../../api/client";
import { useMay } from "../../app/me";
import { Failed } from "../../components/Failed";
import { Jobs } from "../../components/Jobs";

const FORMS = ["html", "xlsx"] as const;

/** Reports made from the snapshot that was served when they were asked for. */
export function Component() {
  const { t, i18n } = useTranslation();
  const forms = useMay("customers.export") ? FORMS : FORMS.filter((form) => form === "html"); // a workbook lists all customers
  const ask = api.useMutation("post", "/api/v1/jobs", { onSettled: () => void queries.invalidateQueries() });
  return (
    <Card
      size="small"
      title={t("reports.title")}
      extra={
        <Flex gap={8}>
          {forms.map((form) => (
            <Button key={form} size="small" type={form === "html" ? "primary" : "default"} loading={ask.isPending} onClick={() => ask.mutate({ body: { kind: "report", arguments: { form, lang: i18n.language } } })}>{t(`reports.${form}`)}</Button>
          ))}
        </Flex>
      }
    >
      {ask.error && <Failed error={ask.error} />}
      <Typography.Paragraph type="secondary">{t("reports.about")}</Typography.Paragraph>
      <Jobs kind="report" result={(job) => <a href={`/api/v1/reports/${String(job.result.file)}`} target="_blank" rel="noreferrer">{t("reports.open", { day: String(job.result.as_of), form: String(job.arguments.form), lang: String(job.arguments.lang) })}</a>} />
    </Card>
  );
}
