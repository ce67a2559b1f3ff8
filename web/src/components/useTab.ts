import { useSearchParams } from "react-router";

/** The tab that the address names, and how to go to another; other filters of the address go away with the old tab. */
export function useTab<Key extends string>(keys: readonly Key[]): [Key, (key: string) => void] {
  const [params, setParams] = useSearchParams();
  const asked = params.get("tab");
  const tab = keys.find((key) => key === asked) ?? keys[0]!;
  return [tab, (key) => setParams(key === keys[0] ? {} : { tab: key })];
}
