import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useTab } from "../../components/useTab";
import { Clusters } from "./Clusters";
import { Funnel } from "./Funnel";
import { Retention } from "./Retention";
import { Ways } from "./Ways";

const TABS = { retention: Retention, funnel: Funnel, clusters: Clusters, ways: Ways } as const;
const KEYS = ["retention", "funnel", "clusters", "ways"] as const;

export function Component() {
  const { t } = useTranslation();
  const [tab, setTab] = useTab(KEYS);
  const items = KEYS.map((key) => {
    const Page = TABS[key];
    return { key, label: t(`groups.tab.${key}`), children: <Page /> };
  });
  return <Tabs activeKey={tab} onChange={setTab} destroyOnHidden items={items} />;
}
