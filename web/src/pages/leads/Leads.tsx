import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useTab } from "../../components/useTab";
import { Calls } from "./Calls";
import { List } from "./List";

const TABS = { list: List, calls: Calls } as const;
const KEYS = ["list", "calls"] as const;

/** Leads: whom to call first, and when calls are taken. */
export function Component() {
  const { t } = useTranslation();
  const [tab, setTab] = useTab(KEYS);
  const items = KEYS.map((key) => {
    const Page = TABS[key];
    return { key, label: t(`leads.tab.${key}`), children: <Page /> };
  });
  return <Tabs activeKey={tab} onChange={setTab} destroyOnHidden items={items} />;
}
