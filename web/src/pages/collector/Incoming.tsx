import { Card, Empty, Skeleton, Statistic, Flex } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";

const EVERY = 5_000; // milliseconds

/** How many events come in, minute by minute and source by source. */
export function Incoming() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/collector/live", {}, { refetchInterval: EVERY });
  const shown = useMemo(() => bySource(data?.items ?? []), [data]);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  if (data.items.length === 0) return <Card size="small" title={t("collector.perMinute")}><Empty description={t("collector.nothing")} /></Card>;
  return (
    <Flex vertical gap={16}>
      <Card size="small">
        <Flex gap={32} wrap>
          <Statistic title={t("collector.lastMinute", { minute: clock(shown.minutes.at(-1) ?? "") })} value={format.count(shown.last)} />
          <Statistic title={t("collector.sum", { count: shown.minutes.length })} value={format.count(shown.sum)} />
          <Statistic title={t("collector.names")} value={format.count(new Set(data.items.map((one) => one.event_name)).size)} />
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
          rows: data.items.map((one) => [clock(one.minute), one.source, one.event_name, one.events]),
        }}
      />
    </Flex>
  );
}

function bySource(items: Schema["Minute"][]) {
  const minutes = [...new Set(items.map((one) => one.minute))].sort();
  const of = new Map<string, number>();
  for (const one of items) {
    const key = `${one.source} ${one.minute}`;
    of.set(key, (of.get(key) ?? 0) + one.events);
  }
  const last = items.filter((one) => one.minute === minutes.at(-1)).reduce((sum, one) => sum + one.events, 0);
  return { minutes, sources: [...new Set(items.map((one) => one.source))].sort(), of, last, sum: items.reduce((sum, one) => sum + one.events, 0) };
}

/** The minute on the clock of whoever looks. */
const clock = (minute: string) => (minute ? new Date(minute).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false }) : "");
