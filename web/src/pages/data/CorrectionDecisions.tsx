import { Alert, Button, Flex, Popconfirm, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, http, wordsOf } from "../../api/client";
import { useMay } from "../../app/me";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { reload } from "./Corrections";

type Decision = Schema["CorrectionDecision"];

/** What people decided about corrections, with who, when and why, and a way back. */
export function CorrectionDecisions() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("data.write");
  const [problem, setProblem] = useState<string | null>(null);
  const asked = api.useQuery("get", "/api/v1/data/corrections/decisions", { params: { query: { undone: true } } });
  const undo = async (id: string) => {
    const { error } = await http.POST("/api/v1/data/corrections/decisions/{decision_id}/undo", { params: { path: { decision_id: id } }, body: {} });
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    reload();
  };
  const heads = [t("corrections.verdict"), t("corrections.about"), t("corrections.values"), t("corrections.by"), t("corrections.reason")];
  const about = (one: Decision) => `${one.words} · ${one.source} · ${one.table} · ${one.column}${one.text_key ? ` · ${t("corrections.oneText")}` : ""}`;
  const when = (one: Decision) => `${one.author} · ${new Date(`${one.made_at}Z`).toLocaleString()}`;
  const said = (one: Decision) => t(`corrections.${one.verdict as "approved" | "rejected"}`);
  return (
    <Wait asked={asked}>
      {(found) => (
        <>
          {problem && <Alert type="error" showIcon role="alert" title={problem} />}
          <DataTable
            title={t("corrections.decisions")}
            means={t("corrections.decisionsMean")}
            empty={t("corrections.noDecisions")}
            rowKey="decision_id"
            dataSource={found}
            table={{ columns: heads, rows: found.map((one) => [said(one), about(one), one.count, when(one), one.reason]) }}
            columns={[
              {
                title: heads[0],
                render: (_, one) => (
                  <Flex gap={4} wrap>
                    <Level tone={one.undone_at ? "plain" : one.verdict === "approved" ? "good" : "bad"}>{said(one)}</Level>
                    {one.undone_at && <Typography.Text type="secondary">{t("identity.undoneBy", { login: one.undone_by })}</Typography.Text>}
                    {one.pending && <Level tone="fair">{t("corrections.pending")}</Level>}
                  </Flex>
                ),
              },
              { title: heads[1], render: (_, one) => <Typography.Text delete={one.undone_at !== null}>{about(one)}</Typography.Text> },
              { title: heads[2], align: "right", render: (_, one) => format.count(one.count) },
              { title: heads[3], render: (_, one) => when(one) },
              { title: heads[4], render: (_, one) => one.reason ?? "–" },
              ...(may
                ? [
                    {
                      title: t("corrections.undo"),
                      render: (_: unknown, one: Decision) =>
                        one.undone_at ? null : (
                          <Popconfirm title={t("corrections.undoSure")} onConfirm={() => void undo(one.decision_id)}>
                            <Button size="small" aria-label={`${t("corrections.undo")}: ${about(one)}`}>{t("corrections.undo")}</Button>
                          </Popconfirm>
                        ),
                    },
                  ]
                : []),
            ]}
          />
        </>
      )}
    </Wait>
  );
}
