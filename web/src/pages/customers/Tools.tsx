import { ColumnHeightOutlined, DownloadOutlined } from "@ant-design/icons";
import { Button, Checkbox, Dropdown, Flex, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../app/me";
import { COLUMNS } from "./columns";
import { Views } from "./Views";

interface Props {
  search: string; // filters and order, as the address has them
  chosen: string[];
  choose: (columns: string[]) => void;
  open: (search: string) => void;
}

/** What one does with a list: keep the view, choose columns, take it away as a file. */
export function Tools({ search, chosen, choose, open }: Props) {
  const { t, i18n } = useTranslation();
  const may = useMay("customers.export");
  const take = (form: string) => {
    const asked = new URLSearchParams(search);
    for (const gone of ["cursor", "column"]) asked.delete(gone);
    for (const column of ["name", ...chosen]) asked.append("column", column);
    asked.set("form", form);
    asked.set("lang", i18n.language);
    location.assign(`/api/v1/customers/export?${asked.toString()}`);
  };
  return (
    <Flex gap={8} wrap>
      <Views search={search} open={open} />
      <Popover
        trigger="click"
        content={<Checkbox.Group value={chosen} onChange={(columns) => choose(columns)} options={COLUMNS.map((value) => ({ value, label: t(`field.${value}`) }))} style={{ display: "flex", flexDirection: "column", maxHeight: 320, overflow: "auto" }} />}
      >
        <Button icon={<ColumnHeightOutlined rotate={90} />}>{t("customers.columns")}</Button>
      </Popover>
      {may && (
        <Dropdown menu={{ items: [{ key: "csv", label: t("customers.csv") }, { key: "xlsx", label: t("customers.xlsx") }], onClick: ({ key }) => take(key) }} trigger={["click"]}>
          <Button icon={<DownloadOutlined />}>{t("customers.export")}</Button>
        </Dropdown>
      )}
    </Flex>
  );
}
