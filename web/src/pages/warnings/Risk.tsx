import { keepPreviousData } from "@tanstack/react-query";
import { Alert, Flex, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Failed } from "../../components/Failed";
import { Pager } from "../../components/Pager";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { GradeLevel } from "./GradeLevel";
import { Policy } from "./Policy";

const KINDS = ["customer", "ring"] as const;

/** Who should be looked at: customers of unusual payments or refunds, and rings who act together; and what each grade allows. */
export function Risk() {
  const { t } = useTranslation();
  const format = useFormat();
  const { params, change } = useFilters();
  const grades = params.getAll("grade");
  const kinds = KINDS.filter((kind) => params.getAll("kind").includes(kind));
  const cursor = params.get("cursor");
  const asked = api.useQuery("get", "/api/v1/risk-cases", { params: { query: { grade: grades, kind: kinds, ...(cursor ? { cursor } : {}) } } }, { placeholderData: keepPreviousData });
  const { data, error } = asked;
  if (error) return <Failed error={error} retry={() => void asked.refetch()} />;
  if (data && !data.is_made) return <Alert type="info" showIcon title={t("warnings.noRisk")} />;
  return (
    <div className="stack">
      <DataTable
        title={t("warnings.cases")}
        means={t("warnings.casesMean")}
        empty={t("warnings.noCases")}
        rowKey="case_id"
        loading={asked.isFetching}
        dataSource={data?.items ?? []}
        filters={
          <Flex gap={8} wrap align="center" role="search">
            <Select mode="multiple" allowClear style={{ minWidth: 200 }} aria-label={t("warnings.grade")} placeholder={t("warnings.grade")} value={grades} onChange={(values: string[]) => change("grade", values)} options={Object.entries(data?.grades ?? {}).map(([value, label]) => ({ value, label }))} />
            <Select mode="multiple" allowClear style={{ minWidth: 160 }} aria-label={t("warnings.kind")} placeholder={t("warnings.kind")} value={kinds} onChange={(values: string[]) => change("kind", values)} options={Object.entries(data?.kinds ?? {}).map(([value, label]) => ({ value, label }))} />
            <Typography.Text type="secondary" role="status">{data ? t("warnings.casesTotal", { count: data.total }) : ""}</Typography.Text>
          </Flex>
        }
        columns={[
          { title: t("warnings.customer"), render: (_, one) => <Who one={one} /> },
          { title: t("warnings.grade"), render: (_, one) => <GradeLevel grade={one.grade} name={one.grade_name} /> },
          { title: t("warnings.score"), align: "right", render: (_, one) => format.decimal(one.score) },
          { title: t("warnings.why"), render: (_, one) => <ul className="plain" style={{ maxWidth: 520 }}>{one.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul> },
          { title: t("warnings.stake"), align: "right", render: (_, one) => (one.stake_amount === null ? "–" : format.money(Number(one.stake_amount))) },
          { title: t("warnings.policy"), render: (_, one) => one.policy },
          { title: t("warnings.lastOn"), render: (_, one) => one.last_on },
        ]}
      />
      <Pager cursor={cursor} next={data?.next} go={(next) => change("cursor", [next])} />
      <Policy />
    </div>
  );
}


/** The customer of a case, or the members of a ring whom one may see. */
function Who({ one }: { one: Schema["RiskCase"] }) {
  const { t } = useTranslation();
  if (one.kind !== "ring") return <CustomerLink id={one.customer_id} name={one.name} />;
  return (
    <details>
      <summary>{t("warnings.ringOf", { count: one.size })}</summary>
      <ul className="plain">
        {one.members.map((member) => <li key={member.customer_id}><CustomerLink id={member.customer_id} name={member.name} /></li>)}
      </ul>
    </details>
  );
}

function CustomerLink({ id, name }: { id: string; name: string | null }) {
  return <><Link to={`/customers/${encodeURIComponent(id)}`}>{name ?? id}</Link><div><Typography.Text type="secondary">{id}</Typography.Text></div></>;
}
