import { Alert, Button, Empty, Flex, Popconfirm, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, http, wordsOf } from "../../api/client";
import { useMay } from "../../app/me";

/** What people decided, each with who, when and why, and a way back. */
export function Decisions({ rows, reload }: { rows: Schema["Decision"][]; reload: () => void }) {
  const { t } = useTranslation();
  const may = useMay("identity.write");
  const [problem, setProblem] = useState<string | null>(null);
  const undo = async (id: string) => {
    const { error } = await http.POST("/api/v1/identity/decisions/{decision_id}/undo", { params: { path: { decision_id: id } }, body: {} });
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    reload();
  };
  if (rows.length === 0) return <Empty description={t("identity.noDecisions")} />;
  return (
    <>
      {problem && <Alert type="error" showIcon role="alert" title={problem} />}
      <Flex vertical gap={10} component="ul" style={{ listStyle: "none", padding: 0, margin: 0 }}>
        {rows.map((row) => (
          <li key={row.decision_id}>
            <Flex gap={6} wrap align="center">
              <Tag className={row.kind === "same" ? "speaks-for" : row.kind === "apart" ? "speaks-against" : undefined}>{t(`identity.${row.kind as "same" | "apart" | "later"}`)}</Tag>
              <Typography.Text delete={row.undone_at !== null}><Sides row={row} /></Typography.Text>
              {row.pending && <Tag>{t("customer.pending")}</Tag>}
            </Flex>
            <Flex gap={8} wrap align="center">
              <Typography.Text type="secondary">{`${new Date(`${row.made_at}Z`).toLocaleString()} · ${row.author}${row.reason ? ` · ${row.reason}` : ""}`}</Typography.Text>
              {row.undone_at && <Typography.Text type="secondary">{t("identity.undoneBy", { login: row.undone_by })}</Typography.Text>}
              {may && !row.undone_at && (
                <Popconfirm title={t("identity.undoSure")} onConfirm={() => void undo(row.decision_id)}>
                  <Button type="link" size="small" style={{ padding: 0 }}>{t("identity.undo")}</Button>
                </Popconfirm>
              )}
            </Flex>
          </li>
        ))}
      </Flex>
    </>
  );
}

/** The two customers as they are now; where they are one, it and its two sides of records. Records that are gone are masked ids. */
function Sides({ row }: { row: Schema["Decision"] }) {
  const [one, other] = [row.one_customers, row.other_customers];
  const records = `${row.one_records.join(", ")} · ${row.other_records.join(", ")}`;
  if (one.length === 0 || other.length === 0) return <>{records}</>;
  if (one.join() === other.join()) return <><Customers ids={one} /> ({records})</>;
  return <><Customers ids={one} /> · <Customers ids={other} /></>;
}

const Customers = ({ ids }: { ids: string[] }) => <>{ids.map((id, at) => <span key={id}>{at > 0 && ", "}<Link to={`/customers/${encodeURIComponent(id)}?tab=identity`} style={{ textDecoration: "underline" }}>{id}</Link></span>)}</>;
