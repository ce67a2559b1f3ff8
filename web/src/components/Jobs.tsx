import { Alert, Button, Empty, Progress, Skeleton, Tag, Typography } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, queries } from "../api/client";
import { Failed } from "./Failed";
import { WideTable } from "./WideTable";

type Job = Schema["JobOut"];
const OPEN = ["waiting", "running"];
const LOOK_MS = 1500; // while something is open

/** Long work of one kind: how far it is, how it ended, and a way to stop it. */
export function Jobs({ kind, result }: { kind: Job["kind"]; result?: (job: Job) => React.ReactNode }) {
  const { t } = useTranslation();
  const { data, error, refetch } = api.useQuery(
    "get",
    "/api/v1/jobs",
    { params: { query: { kind, limit: 10 } } },
    { staleTime: 0, refetchInterval: (query) => (query.state.data?.items.some((job) => OPEN.includes(job.state)) ? LOOK_MS : false) },
  );
  const cancel = api.useMutation("post", "/api/v1/jobs/{job_id}/cancel", { onSettled: () => void refetch() });
  const finished = data?.items.filter((job) => job.state === "done").length;
  useEffect(() => {
    // what was made by a job that ended is asked for again by every page
    if (finished) void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== "/api/v1/jobs" });
  }, [finished]);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  return (
    <WideTable label={t(`jobs.kind.${kind as "run"}`)}
      size="small"
      rowKey="job_id"
      dataSource={data.items}
      pagination={false}
      locale={{ emptyText: <Empty description={t("jobs.none")} /> }}
      expandable={{ columnTitle: t("common.details"), rowExpandable: (job) => job.problem !== null, expandedRowRender: (job) => <Alert type="error" title={job.problem} /> }}
      columns={[
        { title: t("jobs.askedAt"), render: (_, job) => new Date(`${job.created_at}Z`).toLocaleString() },
        { title: t("jobs.askedBy"), dataIndex: "asked_by" },
        { title: t("jobs.state"), render: (_, job) => <Tag>{t(`jobs.${job.state}`)}</Tag> },
        {
          title: t("jobs.progress"),
          render: (_, job) => (job.state === "running" ? <Typography.Text><Progress type="circle" size={16} percent={30} showInfo={false} aria-label={t("jobs.running")} /> {String(job.progress.step ?? "")} {String(job.progress.says ?? "")}</Typography.Text> : job.state === "done" && result?.(job)),
        },
        {
          title: t("common.actions"),
          render: (_, job) =>
            OPEN.includes(job.state) && <Button size="small" disabled={job.cancel_asked} onClick={() => cancel.mutate({ params: { path: { job_id: job.job_id } } })}>{t("jobs.cancel")}</Button>,
        },
      ]}
    />
  );
}
