import { Button, Empty, Flex, Select, Skeleton, Tag, Timeline, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type Schema, http } from "../../api/client";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { useState } from "react";
import { moment } from "./row";

type Entry = Schema["Entry"];

/** What happened, newest first, as far back as one asks for. */
export function Happenings({ id, kinds }: { id: string; kinds: string[] }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<string[]>([]);
  const asked = useInfiniteQuery({
    queryKey: ["timeline", id, kind],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const query = { limit: 20, kind, ...(pageParam ? { cursor: pageParam } : {}) };
      const { data, error } = await http.GET("/api/v1/customers/{customer_id}/timeline", { params: { path: { customer_id: id }, query } });
      if (error) throw error;
      return data;
    },
    getNextPageParam: (page) => page.next,
  });
  const items = asked.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Flex vertical gap={16}>
      {kinds.length > 1 && (
        <Select mode="multiple" allowClear value={kind} onChange={setKind} placeholder={t("customer.allKinds")} aria-label={t("customer.allKinds")} style={{ maxWidth: 320 }} options={kinds.map((one) => ({ value: one, label: t(`customer.kind.${one as "order"}`) }))} />
      )}
      {asked.error && <Failed error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isLoading && <Skeleton active />}
      {asked.data && items.length === 0 && <Empty description={t("customer.nothingYet")} />}
      <Timeline items={items.map((entry) => ({ key: `${entry.kind}-${entry.key}`, color: entry.what === "refund" ? "red" : entry.kind === "order" ? "blue" : "gray", content: <One entry={entry} /> }))} />
      {asked.hasNextPage && <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>{t("customer.more")}</Button>}
    </Flex>
  );
}

function One({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const place = entry.kind === "event" && entry.place ? word("page", entry.place) : entry.place;
  const name = entry.kind === "order" ? word("order_kind", entry.what) : word("event", entry.what);
  return (
    <>
      <Flex gap={8} wrap align="center">
        <Typography.Text strong>{name}</Typography.Text>
        {entry.amount !== null && <span>{format.exactMoney(entry.amount)}</span>}
        {entry.status && entry.status !== "paid" && <Tag>{word("status", entry.status)}</Tag>}
        <Typography.Text type="secondary">{[moment(entry.at), entry.channel && word("channel", entry.channel), place].filter(Boolean).join(" · ")}</Typography.Text>
      </Flex>
      {entry.products.length > 0 && <Typography.Text type="secondary">{entry.products.join(t("customer.comma"))}</Typography.Text>}
    </>
  );
}
