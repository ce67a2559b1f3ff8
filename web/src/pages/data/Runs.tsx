import { Button, Card, Flex, Skeleton, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, api, queries } from "../../api/client";
import { useMay } from "../../app/me";
import { Failed } from "../../components/Failed";
import { Jobs } from "../../components/Jobs";
import { WideTable } from "../../components/WideTable";
import { useFormat } from "../../components/format";
import { Schedules } from "./Schedules";

/** What was run, what is running, and what will. */
export function Runs() {
  const { t } = useTranslation();
  const mayRun = useMay("runs.write");
  const ask = api.useMutation("post", "/api/v1/jobs", { onSettled: () => void queries.invalidateQueries() });
  return (
    <Flex vertical gap={16}>
      <Card size="small" title={t("data.jobs")} extra={mayRun && <Button type="primary" size="small" loading={ask.isPending} onClick={() => ask.mutate({ body: { kind: "run", arguments: {} } })}>{t("data.runNow")}</Button>}>
        {ask.error && <Failed error={ask.error} />}
        <Jobs kind="run" />
      </Card>
      <Schedules />
      <Snapshots />
    </Flex>
  );
}

function Snapshots() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/data/runs");
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  const steps = (row: Schema["SnapshotRow"]) =>
    Object.entries(row.steps).map(([name, facts]) => ({ name, how: String(facts.how), seconds: typeof facts.seconds === "number" ? facts.seconds : null }));
  return (
    <Card size="small" title={t("data.snapshots")}>
      <WideTable label={t("data.snapshots")}
        size="small"
        rowKey="snapshot"
        dataSource={data}
        pagination={false}
        expandable={{
          columnTitle: t("common.details"),
          expandedRowRender: (row) => (
            <Table
              size="small"
              rowKey="name"
              dataSource={steps(row)}
              pagination={false}
              columns={[
                { title: t("data.step"), dataIndex: "name" },
                { title: t("data.how"), render: (_, one) => t(`how.${one.how as "made"}`) },
                { title: t("data.seconds"), align: "right", render: (_, one) => format.decimal(one.seconds) },
              ]}
            />
          ),
        }}
        columns={[
          { title: t("data.snapshot"), render: (_, row) => <>{row.snapshot} {row.current && <Tag>{t("data.served")}</Tag>}</> },
          { title: t("data.as_of"), dataIndex: "as_of" },
          { title: t("data.made_at"), render: (_, row) => new Date(row.made_at).toLocaleString() },
          { title: t("data.engine"), dataIndex: "engine" },
          { title: t("data.seconds"), align: "right", render: (_, row) => format.decimal(row.seconds) },
          { title: t("data.customers"), align: "right", render: (_, row) => format.count(row.rows.customers) },
          { title: t("data.orders"), align: "right", render: (_, row) => format.count(row.rows.orders) },
        ]}
      />
    </Card>
  );
}
