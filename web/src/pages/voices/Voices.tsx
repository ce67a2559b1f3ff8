import { FindingTabs } from "../../components/FindingTabs";

const SUBJECTS = ["topics", "criteria", "needs"] as const;

/** What customers say, what holds them back, who is right for what, and what they need. */
export function Component() {
  return <FindingTabs subjects={SUBJECTS} />;
}
