import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useTab } from "../../components/useTab";
import { Decided } from "./Decided";
import { Explain } from "./Explain";
import { Review } from "./Review";
import { TradeOff } from "./TradeOff";

/** Who is who by people's word: the pairs that wait for an answer, and what was answered. */
export function Component() {
  const { t } = useTranslation();
  const [tab, go] = useTab(["review", "explain", "decided", "tradeOff"] as const);
  return (
    <Tabs
      activeKey={tab}
      onChange={go}
      destroyOnHidden
      items={[
        { key: "review", label: t("identity.review"), children: <Review /> },
        { key: "explain", label: t("identity.explain"), children: <Explain /> },
        { key: "decided", label: t("identity.decided"), children: <Decided /> },
        { key: "tradeOff", label: t("identity.tradeOff"), children: <TradeOff /> },
      ]}
    />
  );
}
