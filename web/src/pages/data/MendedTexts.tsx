import { Button, Drawer, Flex, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import type { Asked } from "./Verdict";

const SHOWN = 20;

interface Props {
  rule: Schema["Correction"];
  close: () => void;
  decide: ((asked: Asked) => void) | null; // none: may not
}

/** The texts that a rule mended, before and after, each of which can be decided by itself. */
export function MendedTexts({ rule, close, decide }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [page, setPage] = useState(1);
  const { source, table_name, column_name } = rule;
  const query = { source, table_name, column_name, rule: rule.rule, limit: SHOWN, offset: (page - 1) * SHOWN };
  const asked = api.useQuery("get", "/api/v1/data/corrections/values", { params: { query } });
  const heads = [t("data.before"), t("data.after"), t("corrections.values"), t("data.file"), t("corrections.verdict")];
  const place = (one: Schema["Mended"]) => `${one.source_file}:${one.source_line ?? "–"}`;
  const said = (one: Schema["Mended"]) => (one.verdict ? t(`corrections.${one.verdict}`) : t("corrections.open"));
  return (
    <Drawer open onClose={close} size="large" title={`${rule.words} · ${rule.source} · ${rule.table} · ${rule.column}`}>
      <Wait asked={asked}>
        {({ items, total }) => (
          <DataTable
            title={t("corrections.textsOf", { count: total })}
            means={t("corrections.textsMean")}
            rowKey={(one) => `${one.before} ${one.after}`}
            dataSource={items}
            pagination={total > SHOWN ? { current: page, pageSize: SHOWN, total, onChange: setPage, showSizeChanger: false } : false}
            table={{ columns: heads, rows: items.map((one) => [one.before, one.after, one.values, place(one), said(one)]) }}
            columns={[
              { title: heads[0], render: (_, one) => <Typography.Text code>{one.before ?? ""}</Typography.Text> },
              { title: heads[1], render: (_, one) => (one.after === null ? t("corrections.nothing") : <Typography.Text code>{one.after}</Typography.Text>) },
              { title: heads[2], align: "right", render: (_, one) => format.count(one.values) },
              { title: heads[3], render: (_, one) => place(one) },
              { title: heads[4], render: (_, one) => <Level tone={one.verdict === "approved" ? "good" : one.verdict === "rejected" ? "bad" : "plain"}>{said(one)}</Level> },
              ...(decide
                ? [
                    {
                      title: t("corrections.decide"),
                      render: (_: unknown, one: Schema["Mended"]) => (
                        <Flex gap={4}>
                          <Button size="small" disabled={one.verdict === "approved" || !one.text_key} aria-label={`${t("corrections.approve")}: ${one.before}`} onClick={() => decide({ verdict: "approved", rule, text: one })}>{t("corrections.approve")}</Button>
                          <Button size="small" danger disabled={!rule.can_reject || one.verdict === "rejected" || !one.text_key} aria-label={`${t("corrections.reject")}: ${one.before}`} onClick={() => decide({ verdict: "rejected", rule, text: one })}>{t("corrections.reject")}</Button>
                        </Flex>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Wait>
    </Drawer>
  );
}
