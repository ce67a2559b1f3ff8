import { Drawer, Skeleton, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";

interface Props {
  of: "rejects" | "corrections";
  cause: Schema["Cause"];
  close: () => void;
}

/** The first rows that met a reason, as they came and as they are now. */
export function Examples({ of, cause, close }: Props) {
  const { t } = useTranslation();
  const query = { of, code: cause.code, source: cause.source, table_name: cause.table_name };
  const { data, error, refetch } = api.useQuery("get", "/api/v1/data/examples", { params: { query } });
  return (
    <Drawer open onClose={close} size="large" title={`${cause.words} · ${cause.source} · ${cause.table_name}`}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton active />
      ) : (
        <WideTable
          label={cause.words}
          rowKey={(row) => `${row.source_file}:${row.source_line}:${row.detail}`}
          dataSource={data}
          columns={[
            { title: t("data.file"), render: (_, row) => `${row.source_file}:${row.source_line ?? "–"}` },
            { title: t("data.column"), dataIndex: "detail" },
            { title: t("data.before"), render: (_, row) => <Typography.Text code>{row.before ?? ""}</Typography.Text> },
            ...(of === "corrections" ? [{ title: t("data.after"), render: (_: unknown, row: Schema["Example"]) => <Typography.Text code>{row.after ?? ""}</Typography.Text> }] : []),
          ]}
        />
      )}
    </Drawer>
  );
}
