import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Failed } from "../../components/Failed";
import { GradeLevel } from "./GradeLevel";
import { useFormat } from "../../components/format";

/** The policy table: what each grade of risk allows, and how many customers have it. */
export function Policy() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/risk-policy");
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  return (
    <DataTable
      title={t("warnings.policyTable")}
      means={t("warnings.policyMeans")}
      rowKey="grade"
      dataSource={data.rows}
      columns={[
        { title: t("warnings.grade"), render: (_, one) => <GradeLevel grade={one.grade} name={one.grade_name} /> },
        { title: t("warnings.leastScore"), align: "right", render: (_, one) => format.decimal(one.least_score) },
        { title: t("warnings.policy"), render: (_, one) => one.policy },
        { title: t("warnings.allowed"), render: (_, one) => one.allowed },
        { title: t("warnings.customers"), align: "right", render: (_, one) => <Link to={`/customers?risk_grade=${encodeURIComponent(one.grade)}`}>{format.count(one.customers)}</Link> },
      ]}
    />
  );
}
