import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useTab } from "../../components/useTab";
import { List } from "./List";
import { Prices } from "./Prices";
import { Rules } from "./Rules";

const KEYS = ["products", "rules", "prices"] as const;

export function Component() {
  const { t } = useTranslation();
  const [tab, setTab] = useTab(KEYS);
  return (
    <Tabs
      activeKey={tab}
      onChange={setTab}
      destroyOnHidden
      items={[
        { key: "products", label: t("products.tab.products"), children: <List /> },
        { key: "rules", label: t("products.tab.rules"), children: <Rules /> },
        { key: "prices", label: t("products.tab.prices"), children: <Prices /> },
      ]}
    />
  );
}
