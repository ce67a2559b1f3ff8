import { Button, Card, Empty, Flex, Form, Input, Select, Skeleton, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { useMay, useMe } from "../../app/me";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";

interface Asked {
  name: string;
  kind: "run" | "report";
  cron: string;
}

/** What is asked for by itself. */
export function Schedules() {
  const { t } = useTranslation();
  const { timezone } = useMe().project;
  const may = useMay("runs.write");
  const [form] = Form.useForm<Asked>();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/schedules");
  const done = { onSettled: () => void refetch() };
  const add = api.useMutation("post", "/api/v1/schedules", done);
  const change = api.useMutation("put", "/api/v1/schedules/{schedule_id}", done);
  const remove = api.useMutation("delete", "/api/v1/schedules/{schedule_id}", done);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  return (
    <Card size="small" title={t("schedules.title", { timezone })}>
      <WideTable label={t("schedules.title", { timezone })}
        size="small"
        rowKey="schedule_id"
        dataSource={data}
        pagination={false}
        locale={{ emptyText: <Empty description={t("schedules.none")} /> }}
        columns={[
          { title: t("schedules.name"), dataIndex: "name" },
          { title: t("schedules.kind"), render: (_, one) => t(`jobs.kind.${one.kind as "run"}`) },
          { title: t("schedules.cron"), dataIndex: "cron" },
          { title: t("schedules.next"), render: (_, one) => (one.next_at ? new Date(`${one.next_at}Z`).toLocaleString() : "–") },
          { title: t("schedules.author"), dataIndex: "author" },
          {
            title: t("common.actions"),
            render: (_, one) =>
              may && (
                <Flex gap={8}>
                  <Switch size="small" checked={one.next_at !== null} aria-label={t("schedules.on", { name: one.name })} onChange={(on) => change.mutate({ params: { path: { schedule_id: one.schedule_id } }, body: { on } })} />
                  <Button size="small" danger onClick={() => remove.mutate({ params: { path: { schedule_id: one.schedule_id } } })}>{t("schedules.remove")}</Button>
                </Flex>
              ),
          },
        ]}
      />
      {may && (
        <Form form={form} layout="vertical" style={{ marginTop: 12 }} initialValues={{ kind: "run", cron: "0 6 * * *" }} onFinish={(asked: Asked) => add.mutate({ body: { ...asked, arguments: {} } })}>
          <Flex wrap gap={12} align="end">
          <Form.Item style={{ marginBottom: 0 }} name="name" label={t("schedules.name")} rules={[{ required: true }]}><Input maxLength={120} style={{ width: 160 }} /></Form.Item>
          <Form.Item style={{ marginBottom: 0 }} name="kind" label={t("schedules.kind")}><Select style={{ width: 110 }} options={(["run", "report"] as const).map((value) => ({ value, label: t(`jobs.kind.${value}`) }))} /></Form.Item>
          <Form.Item style={{ marginBottom: 0 }} name="cron" label={t("schedules.cron")} rules={[{ required: true }]}><Input style={{ width: 120 }} /></Form.Item>
          <Button htmlType="submit" loading={add.isPending}>{t("schedules.add")}</Button>
          </Flex>
        </Form>
      )}
      {add.error && <Failed error={add.error} />}
    </Card>
  );
}
