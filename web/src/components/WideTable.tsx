import { Table, type TableProps } from "antd";

interface Props<Row> extends TableProps<Row> {
  label: string;
}

/** A table that may be wider than the page; it scrolls by itself, by keyboard too. */
export function WideTable<Row extends object>({ label, ...rest }: Props<Row>) {
  return (
    <section className="scrolls" aria-label={label} tabIndex={0}>
      <Table<Row> size="small" pagination={false} {...rest} />
    </section>
  );
}
