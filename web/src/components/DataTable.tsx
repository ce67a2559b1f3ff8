import { DownloadOutlined } from "@ant-design/icons";
import { Button, Card, Empty, Flex, Table, type TableProps } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ChartTable } from "./Chart";
import { Definition } from "./Definition";
import { toCsv } from "./csv";

interface Props<Row> extends Omit<TableProps<Row>, "title"> {
  title: string;
  means?: string; // its definition
  empty?: string;
  table?: ChartTable; // what is downloaded; without it nothing can be
  extra?: ReactNode;
}

/** A table in a card: a title with its definition, words for an empty one, and a download. */
export function DataTable<Row extends object>({ title, means, empty, table, extra, ...rest }: Props<Row>) {
  const { t } = useTranslation();
  const tools = (
    <Flex gap={4} align="center" wrap>
      {extra}
      {table && <Button type="text" size="small" icon={<DownloadOutlined />} aria-label={t("chart.download", { title })} onClick={() => toCsv(title, table)} />}
    </Flex>
  );
  return (
    <Card size="small" title={<>{title} {means && <Definition of={title} means={means} />}</>} extra={tools}>
      <Table<Row> size="small" pagination={false} scroll={{ x: "max-content" }} sortDirections={["descend", "ascend"]} locale={{ emptyText: <Empty description={empty ?? t("figure.none")} /> }} {...rest} />
    </Card>
  );
}
