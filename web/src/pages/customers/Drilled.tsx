import { Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { useWords } from "../../components/words";

const FILTERS = ["r_score", "f_score", "m_score", "tier", "cluster", "churn_band", "play", "risk_grade", "age_band", "topic", "concern", "need", "contact", "place", "place_preference", "campaign_hour", "circle", "held_tag", "uplift", "moved"] as const;
const NUMBERS = ["r_score", "f_score", "m_score", "cluster", "campaign_hour", "circle"];
const SINGLE = ["moved", "concern", "held_tag"];
const WORDS: Record<string, string> = { play: "play", topic: "topic", need: "category", contact: "contact", place_preference: "place_preference" };

/** The filters of the address with which the pages of figures lead here, as the API takes them. */
export const drillOf = (params: URLSearchParams) =>
  Object.fromEntries(
    FILTERS.filter((name) => params.get(name)).map((name) => [name, SINGLE.includes(name) ? params.get(name) : params.getAll(name).map((value) => (NUMBERS.includes(name) ? Number(value) : value))]),
  );

/** The same, shown in words; each can be taken off. */
export function Drilled({ params, change }: { params: URLSearchParams; change: (name: string, values: string[]) => void }) {
  const { t } = useTranslation();
  const there = FILTERS.filter((name) => params.get(name));
  const word = useNames(there);
  const campaigns = api.useQuery("get", "/api/v1/campaigns", {}, { enabled: there.includes("uplift") });
  if (!there.length) return null;
  return (
    <Flex gap={8} wrap style={{ marginBottom: 12 }}>
      {there.map((name) => (
        <Tag key={name} closable onClose={() => change(name, [])}>{t(`drill.${name}`, { value: name === "uplift" ? params.getAll(name).map((value) => told(value, campaigns.data?.group_names)).join(", ") : params.getAll(name).flatMap((value) => value.split(">")).map((value) => word(name, value)).join(name === "moved" ? " → " : SINGLE.includes(name) ? " · " : ", ") })}</Tag>
      ))}
    </Flex>
  );
}

/** Campaign, arm and group in words; the name of a campaign may hold the sign between. */
function told(value: string, names?: Record<string, string>) {
  const parts = value.split(">");
  const group = parts.pop() ?? "";
  return [parts.join(" / "), names?.[group] ?? group].join(": ");
}

/** Groups, stages, tiers and clusters as people of the language call them. */
function useNames(there: readonly string[]) {
  const { t } = useTranslation();
  const { word, tag } = useWords();
  const moved = there.includes("moved");
  const rfm = api.useQuery("get", "/api/v1/rfm", {}, { enabled: moved });
  const lifecycle = api.useQuery("get", "/api/v1/lifecycle", {}, { enabled: moved || there.includes("tier") });
  const clusters = api.useQuery("get", "/api/v1/groups/clusters", {}, { enabled: there.includes("cluster") });
  const names = new Map<string, string>();
  for (const one of [...(rfm.data?.moves ?? []), ...(lifecycle.data?.moves ?? [])]) names.set(one.from_state, one.from_name).set(one.to_state, one.to_name);
  for (const one of lifecycle.data?.tiers ?? []) names.set(one.tier, one.name);
  for (const one of clusters.data?.items ?? []) names.set(`cluster ${one.cluster}`, one.name);
  return (filter: string, value: string) => filter === "churn_band" ? t(`warnings.band.${value as "high"}`, { defaultValue: value }) : WORDS[filter] ? word(WORDS[filter], value) : filter === "concern" ? word("topic", value) : filter === "held_tag" ? tag("", value) : names.get(filter === "cluster" ? `cluster ${value}` : value) ?? value;
}
