import { keepPreviousData } from "@tanstack/react-query";
import { Flex, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Pager } from "../../components/Pager";
import { useFilters } from "../../components/useFilters";
import { useEffectWords } from "./effect";

export const GROUPS = ["persuadable", "sure_thing", "lost_cause", "sleeping_dog"] as const;
export const TONES = { persuadable: "good", sure_thing: "plain", lost_cause: "plain", sleeping_dog: "bad" } as const;
type Campaign = Schema["Campaign"];

/** The customers of one campaign by what it would do to each: the persuadables, unless another group is chosen. */
export function Moved({ one, all, names, choose }: { one: Campaign; all: Campaign[]; names: Record<string, string>; choose: (other: Campaign) => void }) {
  const { t } = useTranslation();
  const { between, effect, rate } = useEffectWords();
  const { params, change } = useFilters();
  const picked = GROUPS.filter((group) => params.getAll("group").includes(group));
  const groups = picked.length ? picked : (["persuadable"] as const);
  const cursor = params.get("cursor");
  const query = { campaign: one.campaign, arm: one.arm, group: [...groups], ...(cursor ? { cursor } : {}) };
  const asked = api.useQuery("get", "/api/v1/campaigns/customers", { params: { query } }, { placeholderData: keepPreviousData });
  const columns = [t("campaigns.rank"), t("campaigns.customer"), t("campaigns.uplift"), t("campaigns.alike"), t("campaigns.base"), t("campaigns.group"), t("campaigns.why")];
  return (
    <div className="stack">
      <DataTable
        title={t("campaigns.list", { campaign: one.campaign })}
        means={t("campaigns.listMeans")}
        empty={t("campaigns.nobody")}
        rowKey="customer_id"
        loading={asked.isFetching}
        dataSource={asked.data?.items ?? []}
        filters={
          <Flex gap={8} wrap align="center" role="search">
            {all.length > 1 && <Select style={{ minWidth: 180 }} aria-label={t("campaigns.campaign")} value={`${one.campaign} ${one.arm}`} onChange={(value: string) => choose(all.find((other) => `${other.campaign} ${other.arm}` === value) ?? one)} options={all.map((other) => ({ value: `${other.campaign} ${other.arm}`, label: `${other.campaign} ${other.arm}` }))} />}
            <Select mode="multiple" style={{ minWidth: 240 }} aria-label={t("campaigns.group")} value={[...groups]} onChange={(values: string[]) => change("group", values)} options={GROUPS.map((value) => ({ value, label: `${names[value] ?? value} (${one.groups[value] ?? 0})` }))} />
            <Typography.Text type="secondary" role="status">{asked.data ? t("customers.total", { count: asked.data.total }) : ""}</Typography.Text>
            <Link to={`/customers?${new URLSearchParams(groups.map((group) => ["uplift", `${one.campaign}>${one.arm}>${group}`]))}`}>{t("campaigns.toCustomers")}</Link>
          </Flex>
        }
        columns={[
          { title: columns[0], align: "right", render: (_, row) => row.rank },
          { title: columns[1], render: (_, row) => <><Link to={`/customers/${encodeURIComponent(row.customer_id)}`}>{row.name ?? row.customer_id}</Link><div><Typography.Text type="secondary">{row.customer_id}</Typography.Text></div></> },
          { title: columns[2], align: "right", render: (_, row) => <Typography.Text strong>{effect(row.uplift, one.outcome)}</Typography.Text> },
          { title: columns[3], align: "right", render: (_, row) => between(row.low, row.high, one.outcome) },
          { title: columns[4], align: "right", render: (_, row) => rate(row.base, one.outcome) },
          { title: columns[5], render: (_, row) => <Level tone={TONES[row.uplift_group as "persuadable"]}>{row.group_name}</Level> },
          { title: columns[6], render: (_, row) => <ul className="plain">{row.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul> },
        ]}
      />
      <Pager cursor={cursor} next={asked.data?.next} go={(next) => change("cursor", [next])} />
    </div>
  );
}
