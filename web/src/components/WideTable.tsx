import { Table, type TableProps } from "antd";
import { type ReactElement, cloneElement } from "react";
import { useTranslation } from "react-i18next";

interface Props<Row> extends TableProps<Row> {
  label: string;
}

/** A table that may be wider than the page; it scrolls by itself, by keyboard too. */
export function WideTable<Row extends object>({ label, pagination = false, ...rest }: Props<Row>) {
  const { t } = useTranslation();
  // the arrows are buttons without a name
  const named = (_page: number, kind: string, button: React.ReactNode) => (kind === "prev" || kind === "next" ? cloneElement(button as ReactElement<{ "aria-label": string }>, { "aria-label": t(`common.${kind}`) }) : button);
  return (
    <section className="scrolls" aria-label={label} tabIndex={0}>
      <Table<Row> size="small" pagination={pagination && { itemRender: named, ...pagination }} {...rest} />
    </section>
  );
}
