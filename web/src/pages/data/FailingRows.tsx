import { Drawer, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

export type Kind = "completeness" | "validity" | "consistency" | "uniqueness" | "timeliness";

interface Props {
  cell: { source: string; table_name: string; column_name: string; dimension: Kind };
  title: Schema["QualityCell"] | undefined;
  name: string;
  close: () => void;
}

/** Rows that fail one check of one column, masked; corrections lead to where they can be rejected. */
export function FailingRows({ cell, title, name, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = api.useQuery("get", "/api/v1/data/quality/rows", { params: { query: cell } });
  const what = title ? `${title.source} · ${title.table} · ${title.column}` : `${cell.source} · ${cell.table_name} · ${cell.column_name}`;
  const columns = [t("data.file"), t("data.reason"), t("data.before"), t("data.after")];
  const place = (one: Schema["QualityRow"]) => `${one.source_file}:${one.source_line ?? "–"}`;
  return (
    <Drawer open onClose={close} size="large" title={`${name} · ${what}`}>
      <Wait asked={asked}>
        {(found) => (
          <div className="stack">
            {title && <Typography.Text>{t("quality.failingOf", { failing: format.count(title.failing), n: format.count(title.n) })}</Typography.Text>}
            <DataTable
              title={t("quality.rows", { count: found.length })}
              means={t("quality.rowsMean")}
              rowKey={(one) => `${place(one)} ${one.reason} ${one.before}`}
              dataSource={found}
              table={{ columns, rows: found.map((one) => [place(one), one.reason, one.before, one.after]) }}
              columns={[
                { title: columns[0], render: (_, one) => <span className="breaks">{place(one)}</span> },
                { title: columns[1], dataIndex: "reason" },
                { title: columns[2], render: (_, one) => (one.before === null ? "–" : <Typography.Text code>{one.before}</Typography.Text>) },
                { title: columns[3], render: (_, one) => (one.after === null ? "–" : <Typography.Text code>{one.after}</Typography.Text>) },
              ]}
            />
            {title && title.failing > found.length && <Typography.Text type="secondary">{t("quality.more", { rows: format.count(title.failing - found.length) })}</Typography.Text>}
            <Link to={`/data?${new URLSearchParams({ tab: "corrections", source: cell.source, table_name: cell.table_name })}`}>{t("quality.toCorrections")}</Link>
          </div>
        )}
      </Wait>
    </Drawer>
  );
}
