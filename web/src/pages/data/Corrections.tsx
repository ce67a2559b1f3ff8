import { Button, Flex, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, queries } from "../../api/client";
import { useMay } from "../../app/me";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { CorrectionDecisions } from "./CorrectionDecisions";
import { MendedTexts } from "./MendedTexts";
import { Verdict, type Asked } from "./Verdict";

type Rule = Schema["Correction"];
export const ABOUT = ["source", "table_name", "column_name", "rule"] as const;
const STATES = ["open", "approved", "rejected"] as const;

/** What cleaning mended, rule by rule, to approve or to reject; a rejected correction is not made again. */
export function Corrections() {
  const asked = api.useQuery("get", "/api/v1/data/corrections");
  return <Wait asked={asked}>{(data) => <Rules items={data.items} />}</Wait>;
}

export const reload = () => void queries.invalidateQueries({ predicate: (query) => String(query.queryKey[1]).startsWith("/api/v1/data/corrections") });

function Rules({ items }: { items: Rule[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("data.write");
  const { params, change, setParams } = useFilters();
  const [deciding, setDeciding] = useState<Asked | null>(null);
  const [source, table, column, rule] = ABOUT.map((name) => params.get(name));
  const state = params.get("state");
  const shown = items.filter((one) => (!source || one.source === source) && (!table || one.table_name === table) && (!state || (one.verdict ?? "open") === state));
  const open = items.find((one) => one.source === source && one.table_name === table && one.column_name === column && one.rule === rule);
  const heads = [t("quality.sourceTable"), t("data.column"), t("data.reason"), t("corrections.values"), t("corrections.texts"), t("corrections.verdict")];
  const said = (one: Rule) => (one.verdict ? t(`corrections.${one.verdict}`) : t("corrections.open"));
  const choose = (one: Rule | null) => setParams(one ? { tab: "corrections", ...Object.fromEntries(ABOUT.map((name) => [name, one[name]])) } : { tab: "corrections" });
  const sources = [...new Set(items.map((one) => one.source))];
  return (
    <div className="stack">
      <DataTable
        title={t("corrections.rules")}
        means={t("corrections.rulesMean")}
        empty={t("data.nothingWrong")}
        rowKey={(one) => ABOUT.map((name) => one[name]).join("/")}
        dataSource={shown}
        pagination={shown.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
        table={{ columns: heads, rows: shown.map((one) => [`${one.source} · ${one.table}`, one.column, one.words, one.values, one.texts, said(one)]) }}
        filters={
          <Flex gap={8} wrap>
            <Select allowClear style={{ minWidth: 150 }} placeholder={t("data.source")} aria-label={t("data.source")} value={source} options={sources.map((value) => ({ value, label: value }))} onChange={(value) => change("source", value ? [value] : [])} />
            <Select allowClear style={{ minWidth: 150 }} placeholder={t("corrections.verdict")} aria-label={t("corrections.verdict")} value={state} options={STATES.map((value) => ({ value, label: t(`corrections.${value}`) }))} onChange={(value) => change("state", value ? [value] : [])} />
            {table && <Button onClick={() => choose(null)}>{t("quality.allTables")}</Button>}
          </Flex>
        }
        columns={[
          { title: heads[0], render: (_, one) => `${one.source} · ${one.table}` },
          { title: heads[1], dataIndex: "column" },
          { title: heads[2], render: (_, one) => <Button type="link" size="small" style={{ padding: 0 }} onClick={() => choose(one)}>{one.words}</Button> },
          { title: heads[3], align: "right", sorter: (a, b) => a.values - b.values, render: (_, one) => format.count(one.values) },
          { title: heads[4], align: "right", render: (_, one) => format.count(one.texts) },
          {
            title: heads[5],
            render: (_, one) => (
              <Flex gap={4} wrap>
                <Level tone={one.verdict === "approved" ? "good" : one.verdict === "rejected" ? "bad" : "plain"}>{said(one)}</Level>
                {one.pending && <Level tone="fair">{t("corrections.pending")}</Level>}
                {one.texts_decided > 0 && <Typography.Text type="secondary">{t("corrections.single", { count: one.texts_decided })}</Typography.Text>}
              </Flex>
            ),
          },
          ...(may
            ? [
                {
                  title: t("corrections.decide"),
                  render: (_: unknown, one: Rule) => (
                    <Flex gap={4}>
                      <Button size="small" disabled={one.verdict === "approved" || one.values === 0} aria-label={`${t("corrections.approve")}: ${one.words}, ${one.source} ${one.column}`} onClick={() => setDeciding({ verdict: "approved", rule: one, text: null })}>{t("corrections.approve")}</Button>
                      <Button size="small" danger disabled={!one.can_reject || one.verdict === "rejected" || one.values === 0} title={one.can_reject ? "" : t("corrections.cannot")} aria-label={`${t("corrections.reject")}: ${one.words}, ${one.source} ${one.column}`} onClick={() => setDeciding({ verdict: "rejected", rule: one, text: null })}>{t("corrections.reject")}</Button>
                    </Flex>
                  ),
                },
              ]
            : []),
        ]}
      />
      <CorrectionDecisions />
      {open && <MendedTexts rule={open} close={() => choose(null)} decide={may ? setDeciding : null} />}
      {deciding && <Verdict asked={deciding} close={() => setDeciding(null)} />}
    </div>
  );
}
