import { FindingTabs } from "../../components/FindingTabs";

const SUBJECTS = ["patterns", "issues", "places"] as const;

/** Where and when customers buy and visit, what hurts, and where they are often seen. */
export function Component() {
  return <FindingTabs subjects={SUBJECTS} />;
}
