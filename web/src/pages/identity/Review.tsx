import { Alert, Button, Card, Empty, Flex, Skeleton, Typography } from "antd";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, http, wordsOf } from "../../api/client";
import { useMay } from "../../app/me";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { PairTable } from "./PairTable";
import { Preview } from "./Preview";

type Said = Schema["Answer"]["answer"];
const KEYS: Record<string, Said> = { "1": "same", "2": "apart", "3": "later" };

/** One uncertain pair after the other, the most money at stake first; answered by keys. */
export function Review() {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const may = useMay("identity.write");
  const { data, error, refetch } = api.useQuery("get", "/api/v1/identity/review", { params: { query: { limit: 50 } } });
  const [answered, setAnswered] = useState<{ pair: string; decision: string; said: Said }[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [looked, setLooked] = useState<string | null>(null); // the pair whose merge is shown: that is asked for, it takes a second
  const open = (data?.items ?? []).filter((pair) => !answered.some((one) => one.pair === pair.pair_id));
  const pair = open[0];
  const last = answered.at(-1);
  const waiting = (data?.total ?? 0) - answered.filter((one) => one.said !== "later" && data?.items.some((row) => row.pair_id === one.pair)).length;

  const answer = async (said: Said) => {
    if (!pair || busy || !may) return;
    setBusy(true);
    const made = await http.POST("/api/v1/identity/review/{pair_id}", { params: { path: { pair_id: pair.pair_id } }, body: { answer: said } });
    setProblem(made.error ? (wordsOf(made.error) ?? t("common.failed")) : null);
    if (made.data) setAnswered((before) => [...before, { pair: pair.pair_id, decision: made.data.decision_id, said }]);
    if (made.data && open.length === 1) {
      await refetch();
      setAnswered([]);
    }
    setBusy(false);
  };

  const back = async () => {
    if (!last || busy) return;
    setBusy(true);
    const undone = await http.POST("/api/v1/identity/decisions/{decision_id}/undo", { params: { path: { decision_id: last.decision } }, body: {} });
    setProblem(undone.error ? (wordsOf(undone.error) ?? t("common.failed")) : null);
    if (undone.data) setAnswered((before) => before.slice(0, -1));
    setBusy(false);
  };

  // an event of the page as it is shown: a listener that waits for the next render would miss a key pressed right after
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [role=dialog]")) return;
    const said = KEYS[event.key];
    if (said) void answer(said);
    if (event.key === "u") void back();
    if (event.key === "p" && pair) setLooked(pair.pair_id);
  });

  useEffect(() => {
    const heard = (event: KeyboardEvent) => pressed(event);
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, []);

  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  if (!data.is_on) return <Empty description={t("identity.off")} />;
  const one = pair?.sides[0]?.customer_id;
  const other = pair?.sides[1]?.customer_id;
  return (
    <div className="stack">
      <Flex gap={12} wrap align="center" justify="space-between">
        <Typography.Text>{t("identity.waiting", { count: Math.max(waiting, 0) })}</Typography.Text>
        {last && <Button onClick={() => void back()} disabled={busy}>{t("identity.undoLast")} <kbd>u</kbd></Button>}
      </Flex>
      {problem && <Alert type="error" showIcon role="alert" title={problem} />}
      {!pair && <Empty description={t("identity.none")} />}
      {pair && (
        <Card size="small">
          <div className="stack">
            <Flex gap={8} wrap justify="space-between">
              <Typography.Text strong>{t("identity.pairTitle", { probability: format.percent(pair.probability), value: format.money(pair.value_at_stake) })}</Typography.Text>
              <Typography.Text type="secondary">{word("identity_outcome", pair.outcome)}</Typography.Text>
            </Flex>
            <PairTable pair={pair} />
            {may && (
              <Flex gap={8} wrap>
                <Button type="primary" disabled={busy} onClick={() => void answer("same")}>{t("identity.same")} <kbd>1</kbd></Button>
                <Button disabled={busy} onClick={() => void answer("apart")}>{t("identity.apart")} <kbd>2</kbd></Button>
                <Button disabled={busy} onClick={() => void answer("later")}>{t("identity.later")} <kbd>3</kbd></Button>
              </Flex>
            )}
            <Typography.Text type="secondary">{t("identity.nextRun")}</Typography.Text>
            {one && other && one !== other && (looked === pair.pair_id
              ? <Preview one={one} other={other} />
              : <div><Button onClick={() => setLooked(pair.pair_id)}>{t("identity.look")} <kbd>p</kbd></Button></div>)}
          </div>
        </Card>
      )}
    </div>
  );
}
