import { CheckCircleTwoTone, CloseCircleTwoTone } from "@ant-design/icons";
import { Card, Empty, Flex, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";
import { useFormat } from "../../components/format";
import { Examples } from "./Examples";

type Cause = Schema["Cause"];
const COUNTS = ["rows_in", "rows_out", "rows_rejected", "rows_merged"] as const;

/** What was read, whether each row is accounted for, and where the problems lie. */
export function Sources() {
  const { t } = useTranslation();
  const format = useFormat();
  const [shown, setShown] = useState<{ of: "rejects" | "corrections"; cause: Cause } | null>(null);
  const { data, error, refetch } = api.useQuery("get", "/api/v1/data/sources");
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  return (
    <Flex vertical gap={16}>
      <Card size="small" title={t("data.files")}>
        <WideTable label={t("data.files")}
          size="small"
          rowKey={(row) => `${row.source_file}/${row.table_name}`}
          dataSource={data.files}
          pagination={false}
          columns={[
            { title: t("data.source"), dataIndex: "source" },
            { title: t("data.table"), dataIndex: "table_name" },
            { title: t("data.file"), dataIndex: "source_file" },
            ...COUNTS.map((name) => ({ title: t(`data.${name}`), align: "right" as const, render: (_: unknown, row: Schema["FileRow"]) => format.count(row[name]) })),
            {
              title: t("data.adds_up"),
              align: "center" as const,
              render: (_: unknown, row: Schema["FileRow"]) =>
                row.adds_up ? <CheckCircleTwoTone twoToneColor="#237804" role="img" aria-label={t("data.yes")} /> : <CloseCircleTwoTone twoToneColor="#c5221f" role="img" aria-label={t("data.no")} />,
            },
          ]}
        />
      </Card>
      {(["rejects", "corrections"] as const).map((of) => (
        <Causes key={of} title={t(`data.${of}`)} causes={data[of]} show={(cause) => setShown({ of, cause })} />
      ))}
      {shown && <Examples {...shown} close={() => setShown(null)} />}
    </Flex>
  );
}

/** A map of problems: sources across, reasons down, darker where there are more; a click shows examples. */
function Causes({ title, causes, show }: { title: string; causes: Cause[]; show: (cause: Cause) => void }) {
  const { t } = useTranslation();
  if (causes.length === 0) return <Card size="small" title={title}><Empty description={t("data.nothingWrong")} /></Card>;
  const places = [...new Set(causes.map((one) => `${one.source} · ${one.table_name}`))];
  const reasons = [...new Set(causes.map((one) => one.words))].reverse();
  const cells = new Map<string, { count: number; first: Cause }>();
  for (const one of causes) {
    const key = `${places.indexOf(`${one.source} · ${one.table_name}`)},${reasons.indexOf(one.words)}`;
    const before = cells.get(key);
    cells.set(key, { count: (before?.count ?? 0) + one.count, first: before?.first ?? one });
  }
  const drawn = [...cells].map(([key, { count, first }]) => ({ value: [...key.split(",").map(Number), count], first }));
  return (
    <Chart
      title={title}
      height={90 + reasons.length * 26}
      onClick={(_name, place) => drawn[place] && show(drawn[place].first)}
      table={{ columns: [t("data.source"), t("data.table"), t("data.column"), t("data.reason"), t("data.count")], rows: causes.map((one) => [one.source, one.table_name, one.column_name ?? "", one.words, one.count]) }}
      option={{
        tooltip: {},
        grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
        xAxis: { type: "category", data: places, axisLabel: { interval: 0, rotate: places.length > 4 ? 30 : 0 } },
        yAxis: { type: "category", data: reasons },
        visualMap: { show: false, min: 0, max: Math.max(...drawn.map((one) => one.value[2] ?? 0)), inRange: { color: ["#e8edff", "#3257d6"] } },
        series: [{ type: "heatmap", label: { show: true }, data: drawn }],
      }}
    />
  );
}
