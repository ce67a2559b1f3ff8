import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useTab } from "../../components/useTab";
import { Churn } from "./Churn";
import { Lost } from "./Lost";
import { Risk } from "./Risk";

const TABS = { churn: Churn, lost: Lost, risk: Risk } as const;
const KEYS = ["churn", "lost", "risk"] as const;

/** Customers to look after now. */
export function Component() {
  const { t } = useTranslation();
  const [tab, setTab] = useTab(KEYS);
  const items = KEYS.map((key) => {
    const Page = TABS[key];
    return { key, label: t(`warnings.tab.${key}`), children: <Page /> };
  });
  return <Tabs activeKey={tab} onChange={setTab} destroyOnHidden items={items} />;
}
