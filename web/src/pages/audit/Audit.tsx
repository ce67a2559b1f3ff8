import { WideTable } from "../../components/WideTable";
import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Button, Card, Empty, Flex, Input, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, http } from "../../api/client";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { useWords } from "../../components/words";

type Entry = Schema["AuditEntryShown"];

/** Who changed or saw what, and whether the log is whole. */
export function Component() {
  const { t, i18n } = useTranslation();
  const { word } = useWords();
  const { params, change } = useFilters();
  const query = Object.fromEntries(["action", "subject", "login", "before"].flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])));
  const { data, error, isFetching, refetch } = api.useQuery("get", "/api/v1/audit", { params: { query } }, { placeholderData: keepPreviousData });
  const when = new Intl.DateTimeFormat(i18n.language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "short", timeStyle: "medium" });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Flex vertical gap={16}>
      <Check />
      <Card size="small">
        <Flex gap={12} wrap style={{ marginBottom: 12 }} role="search">
          <Select allowClear style={{ minWidth: 200 }} placeholder={t("audit.action")} aria-label={t("audit.action")} value={params.get("action")} onChange={(chosen: string | undefined) => change("action", [chosen ?? ""])} options={(data?.actions ?? []).map((value) => ({ value, label: word("action", value) }))} />
          <Input.Search key={`s${params.get("subject")}`} defaultValue={params.get("subject") ?? ""} allowClear style={{ width: 240 }} placeholder={t("audit.subject")} aria-label={t("audit.subject")} onSearch={(value) => change("subject", [value.trim()])} />
          <Input.Search key={`l${params.get("login")}`} defaultValue={params.get("login") ?? ""} allowClear style={{ width: 180 }} placeholder={t("signIn.login")} aria-label={t("signIn.login")} onSearch={(value) => change("login", [value.trim()])} />
        </Flex>
        <WideTable<Entry> label={t("page.audit")}
          rowKey="number"
          size="small"
          loading={isFetching}
          dataSource={data?.items ?? []}
          pagination={false}
          locale={{ emptyText: <Empty description={t("audit.none")} /> }}
          columns={[
            { title: t("audit.number"), dataIndex: "number", align: "right" },
            { title: t("audit.at"), render: (_, one) => when.format(new Date(`${one.at}Z`)) },
            { title: t("signIn.login"), dataIndex: "login" },
            { title: t("audit.action"), render: (_, one) => word("action", one.action) },
            { title: t("audit.subject"), dataIndex: "subject" },
            { title: t("audit.reason"), render: (_, one) => one.reason ?? "" },
            { title: t("audit.details"), render: (_, one) => (Object.keys(one.details).length ? <Typography.Text code style={{ display: "block", maxWidth: 420, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{JSON.stringify(one.details)}</Typography.Text> : "") },
            { title: t("audit.address"), render: (_, one) => one.address ?? "" },
          ]}
        />
        <Flex justify="end" gap={8} style={{ marginTop: 12 }}>
          <Button disabled={!params.get("before")} onClick={() => change("before", [])}>{t("common.first")}</Button>
          <Button disabled={!data?.next} onClick={() => change("before", [String(data?.next ?? "")])}>{t("common.next")}</Button>
        </Flex>
      </Card>
    </Flex>
  );
}

function Check() {
  const { t } = useTranslation();
  const format = useFormat();
  const [found, setFound] = useState<Schema["AuditCheck"] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    const { data, error: problem } = await http.GET("/api/v1/audit/check");
    setBusy(false);
    setFound(data ?? null);
    setError(problem ?? null);
  };
  return (
    <Flex vertical gap={8} align="start">
      <Button loading={busy} onClick={() => void check()}>{t("audit.check")}</Button>
      {error !== null && <Failed error={error} />}
      {found && (
        <Alert
          role="status"
          showIcon
          type={found.whole ? "success" : "error"}
          title={found.whole ? t("audit.whole", { entries: format.count(found.entries) }) : t("audit.broken", { number: found.first_broken })}
          description={found.last_hash && <Typography.Text copyable style={{ overflowWrap: "anywhere" }}>{found.last_hash}</Typography.Text>}
        />
      )}
    </Flex>
  );
}
