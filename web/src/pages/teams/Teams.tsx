import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../app/me";
import { useTab } from "../../components/useTab";
import { View } from "./View";

const TEAMS = ["sales", "service", "marketing", "product_team"] as const;

/** What each department reads of a customer, and the product team of a product. */
export function Component() {
  const { t } = useTranslation();
  const mayCustomers = useMay("customers.read");
  const shown = TEAMS.filter((team) => mayCustomers || team === "product_team");
  const [tab, setTab] = useTab(shown);
  return <Tabs activeKey={tab} onChange={setTab} destroyOnHidden items={shown.map((team) => ({ key: team, label: t(`teams.${team}`), children: <View team={team} /> }))} />;
}
