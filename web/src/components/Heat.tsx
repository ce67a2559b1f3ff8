import { DownloadOutlined } from "@ant-design/icons";
import { Button, Card, Empty } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Definition } from "./Definition";
import { toCsv } from "./csv";

export interface HeatCell {
  value: number; // what is downloaded
  words: string; // what is shown, in lines
  strength: number; // 0 to 1: how strong the colour is
  to?: string; // where it leads
  says?: string; // for a screen reader, what the words leave out
}

interface Props {
  title: string;
  means: string;
  corner: string; // what the rows and columns are
  columns: string[];
  rows: { name: string; cells: (HeatCell | null)[] }[];
}

/** A heat map that is a table: every cell can be read aloud, reached by keyboard and followed. */
export function Heat({ title, means, corner, columns, rows }: Props) {
  const { t } = useTranslation();
  const save = () => toCsv(title, { columns: [corner, ...columns], rows: rows.map((row) => [row.name, ...row.cells.map((cell) => cell?.value ?? null)]) });
  return (
    <Card size="small" title={<>{title} <Definition of={title} means={means} /></>} extra={<Button type="text" size="small" icon={<DownloadOutlined />} aria-label={t("chart.download", { title })} onClick={save} />}>
      {rows.length ? (
        <div className="heat" role="region" aria-label={title} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{corner}</th>
                {columns.map((name) => <th key={name} scope="col">{name}</th>)}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{row.name}</th>
                  {row.cells.map((cell, place) => (
                    <td key={columns[place]} style={cell ? { background: `rgba(50, 87, 214, ${(cell.strength * 0.38).toFixed(3)})` } : {}}>
                      {cell && (cell.to ? <Link to={cell.to} {...(cell.says ? { "aria-label": cell.says } : {})}>{cell.words}</Link> : cell.words)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty description={t("figure.none")} />
      )}
    </Card>
  );
}
