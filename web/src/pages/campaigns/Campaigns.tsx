import { Alert, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { Moved } from "./Moved";
import { useEffectWords } from "./effect";

/** What campaigns with a control group did, and whom the next one would move. */
export function Component() {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/campaigns", {});
  return <Wait asked={asked}>{(data) => (data.items.length ? <Shown data={data} /> : <Alert type="info" showIcon title={t("campaigns.none")} description={t("campaigns.noneWhy")} />)}</Wait>;
}

function Shown({ data }: { data: Schema["Campaigns"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { between, effect, rate } = useEffectWords();
  const { params, change } = useFilters();
  const published = data.items.filter((one) => one.is_published);
  const chosen = published.find((one) => one.campaign === params.get("campaign") && one.arm === (params.get("arm") ?? one.arm)) ?? published[0];
  const columns = [t("campaigns.campaign"), t("campaigns.outcome"), t("campaigns.people"), t("campaigns.rates"), t("campaigns.effect"), t("campaigns.each"), t("campaigns.state")];
  const wrapped = { maxWidth: 280, whiteSpace: "normal" } as const;
  return (
    <div className="stack">
      <DataTable
        title={t("page.campaigns")}
        means={t("campaigns.means")}
        rowKey={(one) => `${one.campaign} ${one.arm}`}
        dataSource={data.items}
        table={{
          columns: [...columns.slice(0, 2), t("campaigns.treated"), t("campaigns.controls"), t("campaigns.effect"), t("campaigns.from"), t("campaigns.to"), columns[6]!],
          rows: data.items.map((one) => [`${one.campaign}/${one.arm}`, one.outcome_name, one.treated, one.controls, one.effect, one.effect_low, one.effect_high, one.refusal ?? t("campaigns.used")]),
        }}
        columns={[
          { title: columns[0], render: (_, one) => <><Typography.Text strong>{one.campaign}</Typography.Text> {one.arm}<div><Typography.Text type="secondary">{one.assigned_on}</Typography.Text></div></> },
          { title: columns[1], render: (_, one) => t("campaigns.within", { outcome: one.outcome_name, days: one.window_days }) },
          { title: columns[2], align: "right", render: (_, one) => `${format.count(one.treated)} / ${format.count(one.controls)}` },
          { title: columns[3], align: "right", render: (_, one) => `${rate(one.treated_rate, one.outcome)} / ${rate(one.control_rate, one.outcome)}` },
          { title: columns[4], align: "right", render: (_, one) => <><Typography.Text strong>{effect(one.effect, one.outcome)}</Typography.Text>{one.effect !== null && <div><Typography.Text type="secondary">{between(one.effect_low, one.effect_high, one.outcome)}</Typography.Text></div>}</> },
          { title: columns[5], align: "right", render: (_, one) => <>{format.exactMoney(one.cost)}{one.cost_per_outcome !== null && <div><Typography.Text type="secondary">{t("campaigns.perOutcome", { money: format.exactMoney(one.cost_per_outcome) })}</Typography.Text></div>}</> },
          {
            title: columns[6],
            render: (_, one) => (
              <div style={wrapped}>
                <Level tone={one.is_published ? "good" : "plain"}>{t(one.is_published ? "campaigns.used" : "campaigns.notUsed")}</Level>
                {one.refusal && <div><Typography.Text type="secondary">{one.refusal}</Typography.Text></div>}
                {one.is_published && <div><Typography.Text type="secondary">{t("campaigns.qini", { qini: format.decimal(one.qini), low: format.decimal(one.qini_low), high: format.decimal(one.qini_high) })}</Typography.Text></div>}
                {one.model && <div><Link to={`/models/${encodeURIComponent(one.model)}`}>{t("campaigns.card")}</Link></div>}
              </div>
            ),
          },
        ]}
      />
      {chosen && <Moved key={`${chosen.campaign} ${chosen.arm}`} one={chosen} all={published} names={data.group_names} choose={(other) => { change("campaign", [other.campaign]); }} />}
    </div>
  );
}
