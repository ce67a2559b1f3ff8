import { FindingTabs } from "../../components/FindingTabs";

const SUBJECTS = ["segments", "prices", "spread"] as const;

/** Which groups to go for, what a price war would do to the tiers, and how tastes spread within circles. */
export function Component() {
  return <FindingTabs subjects={SUBJECTS} />;
}
