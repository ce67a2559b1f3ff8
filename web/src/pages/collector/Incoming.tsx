import { Card, Empty, Skeleton, Statistic, Flex } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";

const EVERY = 5_000; // milliseconds
const MINUTE = 60_000;
const RECENT = 5; // minutes

/** How many events come in, minute by minute and source by source. */
export function Incoming() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/collector/live", {}, { refetchInterval: EVERY });
  const shown = useMemo(() => lastHour(data?.items ?? []), [data]);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  if (data.items.length === 0) return <Card size="small" title={t("collector.perMinute")}><Empty description={t("collector.nothing")} /></Card>;
  return (
    <Flex vertical gap={16}>
      <Card size="small">
        <Flex gap={32} wrap>
          <Statistic title={t("collector.lastMinutes", { count: RECENT })} value={format.count(shown.last)} />
          <Statistic title={t("collector.lastHour")} value={format.count(shown.sum)} />
          <Statistic title={t("collector.names")} value={format.count(shown.names)} />
        </Flex>
      </Card>
      <Chart
        title={t("collector.perMinute")}
        height={220}
        option={{
          tooltip: { trigger: "axis" },
          legend: { bottom: 0 },
          grid: { left: 48, right: 16, top: 16, bottom: 56 },
          xAxis: { type: "category", data: shown.minutes.map(clock) },
          yAxis: { type: "value", minInterval: 1 },
          series: shown.sources.map((source) => ({ name: source, type: "bar", stack: "all", data: shown.minutes.map((minute) => shown.of.get(`${source} ${minute}`) ?? 0) })),
        }}
        table={{
          columns: [t("collector.minute"), t("collector.source"), t("collector.event"), t("collector.events")],
          rows: shown.items.map((one) => [clock(one.minute), one.source, one.event_name, one.events]),
        }}
      />
    </Flex>
  );
}

/** The last sixty minutes of the clock, those without events too. */
function lastHour(all: Schema["Minute"][]) {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  const minutes = Array.from({ length: 60 }, (_, place) => `${new Date(now - (59 - place) * MINUTE).toISOString().slice(0, 16)}Z`);
  const items = all.filter((one) => one.minute >= (minutes[0] ?? ""));
  const recent = new Set(minutes.slice(-RECENT));
  const of = new Map<string, number>();
  for (const one of items) {
    const key = `${one.source} ${one.minute}`;
    of.set(key, (of.get(key) ?? 0) + one.events);
  }
  const count = (some: Schema["Minute"][]) => some.reduce((sum, one) => sum + one.events, 0);
  return {
    items,
    minutes,
    of,
    sources: [...new Set(items.map((one) => one.source))].sort(),
    names: new Set(items.map((one) => one.event_name)).size,
    last: count(items.filter((one) => recent.has(one.minute))),
    sum: count(items),
  };
}

/** The minute on the clock of whoever looks. */
const clock = (minute: string) => new Date(minute).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
