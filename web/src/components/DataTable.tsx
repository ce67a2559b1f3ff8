import { DownloadOutlined } from "@ant-design/icons";
import { Button, Card, Empty, Table, type TableProps } from "antd";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ChartTable } from "./Chart";
import { Definition } from "./Definition";
import { toCsv } from "./csv";

interface Props<Row> extends Omit<TableProps<Row>, "title"> {
  title: string;
  means?: string; // its definition
  empty?: string;
  table?: ChartTable; // what is downloaded; without it nothing can be
  filters?: ReactNode; // above the table
}

/** A table in a card: a title with its definition, words for an empty one, and a download. */
export function DataTable<Row extends object>({ title, means, empty, table, filters, ...rest }: Props<Row>) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  // a table that is wider than the screen must be reachable by keyboard to be scrolled
  useEffect(() => box.current?.querySelector(".ant-table-content")?.setAttribute("tabindex", "0"));
  const save = table && <Button type="text" size="small" icon={<DownloadOutlined />} aria-label={t("chart.download", { title })} onClick={() => toCsv(title, table)} />;
  return (
    <Card size="small" title={<>{title} {means && <Definition of={title} means={means} />}</>} extra={save}>
      {filters && <div className="filters">{filters}</div>}
      <div ref={box}>
        <Table<Row> size="small" pagination={false} scroll={{ x: "max-content" }} sortDirections={["descend", "ascend"]} locale={{ emptyText: <Empty description={empty ?? t("figure.none")} /> }} {...rest} />
      </div>
    </Card>
  );
}
