import { DownloadOutlined } from "@ant-design/icons";
import { Button, Card, Empty, type TableProps } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ChartTable } from "./Chart";
import { Definition } from "./Definition";
import { WideTable } from "./WideTable";
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
  const save = table && <Button type="text" size="small" icon={<DownloadOutlined />} aria-label={t("chart.download", { title })} onClick={() => toCsv(title, table)} />;
  return (
    <Card size="small" title={<>{title} {means && <Definition of={title} means={means} />}</>} extra={save}>
      {filters && <div className="filters">{filters}</div>}
      <WideTable<Row> label={title} sortDirections={["descend", "ascend"]} locale={{ emptyText: rest.loading ? " " : <Empty description={empty ?? t("figure.none")} /> }} {...rest} />
    </Card>
  );
}
