import { Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";

const FILTERS = ["r_score", "f_score", "m_score", "tier", "cluster", "moved"] as const;
const SCORES = ["r_score", "f_score", "m_score", "cluster"];

/** The filters of the address with which the pages of figures lead here, as the API takes them. */
export const drillOf = (params: URLSearchParams) =>
  Object.fromEntries(
    FILTERS.filter((name) => params.get(name)).map((name) => [name, name === "moved" ? params.get(name) : params.getAll(name).map((value) => (SCORES.includes(name) ? Number(value) : value))]),
  );

/** The same, shown; each can be taken off. */
export function Drilled({ params, change }: { params: URLSearchParams; change: (name: string, values: string[]) => void }) {
  const { t } = useTranslation();
  const there = FILTERS.filter((name) => params.get(name));
  if (!there.length) return null;
  return (
    <Flex gap={8} wrap style={{ marginBottom: 12 }}>
      {there.map((name) => (
        <Tag key={name} closable onClose={() => change(name, [])}>{t(`drill.${name}`, { value: params.getAll(name).join(", ").replace(">", " → ") })}</Tag>
      ))}
    </Flex>
  );
}
