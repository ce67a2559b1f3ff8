import { DownloadOutlined, TableOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Table } from "antd";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDark } from "../app/dark";
import { CHART_COLORS } from "../app/look";
import { toCsv } from "./csv";

export interface ChartTable {
  columns: string[];
  rows: (string | number | null)[][];
}

interface Props {
  title: string; // also what a screen reader says
  option: EChartsCoreOption;
  table: ChartTable; // the same figures as a table, to read and to download
  height?: number;
  extra?: ReactNode;
  onClick?: (name: string, dataIndex: number) => void;
}

/** A chart in a card, with its figures as a table and as a file. */
export function Chart({ title, option, table, height = 300, extra, onClick }: Props) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const tools = (
    <Flex gap={4} align="center">
      {extra}
      <Button type="text" size="small" icon={<TableOutlined />} aria-label={t("chart.asTable", { title })} aria-pressed={asTable} onClick={() => setAsTable(!asTable)} />
      <Button type="text" size="small" icon={<DownloadOutlined />} aria-label={t("chart.download", { title })} onClick={() => toCsv(title, table)} />
    </Flex>
  );
  return (
    <Card size="small" title={title} extra={tools}>
      {asTable ? (
        <Table
          size="small"
          scroll={{ x: "max-content", y: height - 40 }}
          pagination={false}
          rowKey={(row) => table.rows.indexOf(row)}
          dataSource={table.rows}
          columns={table.columns.map((name, place) => ({ title: name, align: place ? "right" : "left", render: (_: unknown, row: (string | number | null)[]) => row[place] }))}
        />
      ) : (
        <Drawing title={title} option={option} height={height} {...(onClick ? { onClick } : {})} />
      )}
    </Card>
  );
}

/** ECharts arrives in a chunk of its own the first time a chart is shown. */
function Drawing({ option, height, title, onClick }: Pick<Props, "option" | "title" | "onClick"> & { height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { i18n } = useTranslation();
  const dark = useDark();
  const latest = useRef({ option, onClick });
  latest.current = { option, onClick };

  useEffect(() => {
    let gone = false;
    const resize = new ResizeObserver(() => chart.current?.resize());
    void import("./echarts").then(({ echarts }) => {
      if (gone || !box.current) return;
      const made = echarts.init(box.current, dark ? "dark" : undefined, { renderer: "svg", locale: i18n.language === "zh" ? "ZH" : "EN" });
      made.setOption(shown(latest.current.option));
      made.on("click", (event) => latest.current.onClick?.(event.name, event.dataIndex ?? -1));
      chart.current = made;
      resize.observe(box.current);
    });
    return () => {
      gone = true;
      resize.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, [dark, i18n.language]);
  useEffect(() => {
    chart.current?.setOption(shown(option), { notMerge: true });
  }, [option]);
  return <div ref={box} role="img" aria-label={title} data-chart={title} style={{ height, width: "100%" }} />;
}

// the label is our title, and the button beside it gives the same as a table; ECharts would read out the array behind each bar
const shown = (option: EChartsCoreOption): EChartsCoreOption => ({ color: CHART_COLORS, aria: { enabled: true, label: { enabled: false } }, animation: false, ...option, backgroundColor: "transparent" });
