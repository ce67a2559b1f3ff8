import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Findings, type Subject } from "./Findings";
import { useTab } from "./useTab";

/** A page of findings: a tab for each subject, named in the address. */
export function FindingTabs({ subjects }: { subjects: readonly [Subject, ...Subject[]] }) {
  const { t } = useTranslation();
  const [tab, setTab] = useTab(subjects);
  const items = subjects.map((subject) => ({ key: subject, label: t(`findings.tab.${subject}`), children: <Findings subject={subject} /> }));
  return <Tabs activeKey={tab} onChange={setTab} destroyOnHidden tabBarGutter={16} items={items} />;
}
