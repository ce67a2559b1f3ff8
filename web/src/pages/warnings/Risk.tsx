import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Flex, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Failed } from "../../components/Failed";
import { Level } from "../../components/Level";
import { Pager } from "../../components/Pager";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";

/** Customers to be looked at: unusual payments, or most of the money sent back. */
export function Risk() {
  const { t } = useTranslation();
  const format = useFormat();
  const { params, change } = useFilters();
  const grades = params.getAll("grade");
  const cursor = params.get("cursor");
  const asked = api.useQuery("get", "/api/v1/risk-cases", { params: { query: { grade: grades, ...(cursor ? { cursor } : {}) } } }, { placeholderData: keepPreviousData });
  const { data, error } = asked;
  if (error) return <Failed error={error} retry={() => void asked.refetch()} />;
  if (data && !data.is_made) return <Alert type="info" showIcon title={t("warnings.noRisk")} />;
  return (
    <div className="stack">
      <DataTable
        title={t("warnings.cases")}
        means={t("warnings.casesMean")}
        empty={t("warnings.noCases")}
        rowKey="customer_id"
        loading={asked.isFetching}
        dataSource={data?.items ?? []}
        filters={
          <Flex gap={8} wrap align="center" role="search">
            <Select mode="multiple" allowClear style={{ minWidth: 200 }} aria-label={t("warnings.grade")} placeholder={t("warnings.grade")} value={grades} onChange={(values: string[]) => change("grade", values)} options={Object.entries(data?.grades ?? {}).map(([value, label]) => ({ value, label }))} />
            <Typography.Text type="secondary" role="status">{data ? t("customers.total", { count: data.total }) : ""}</Typography.Text>
          </Flex>
        }
        columns={[
          { title: t("warnings.customer"), render: (_, one) => <><Link to={`/customers/${encodeURIComponent(one.customer_id)}`}>{one.name ?? one.customer_id}</Link><div><Typography.Text type="secondary">{one.customer_id}</Typography.Text></div></> },
          { title: t("warnings.grade"), render: (_, one) => <Level tone={one.grade === "high" ? "bad" : one.grade === "medium" ? "fair" : "plain"}>{one.grade_name}</Level> },
          { title: t("warnings.score"), align: "right", render: (_, one) => format.decimal(one.score) },
          { title: t("warnings.why"), render: (_, one) => <ul className="plain">{one.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul> },
          { title: t("warnings.policy"), render: (_, one) => one.policy },
          { title: t("warnings.lastOn"), render: (_, one) => one.last_on },
        ]}
      />
      <Pager cursor={cursor} next={data?.next} go={(next) => change("cursor", [next])} />
    </div>
  );
}
