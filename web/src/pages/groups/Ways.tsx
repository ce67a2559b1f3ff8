import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Heat } from "../../components/Heat";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { Habits } from "./Habits";

/** The ways of visits, switches between channels, habits of buying. */
export function Ways() {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const event = (name: string) => word("event", name);
  const asked = api.useQuery("get", "/api/v1/groups/ways", {});
  return (
    <Wait asked={asked}>
      {(data) => {
        const path = (one: Schema["Path"]) => one.path.split(" > ").map(event).join(" → ");
        const columns = [t("groups.path"), t("groups.visits"), t("rfm.customers"), t("groups.ofVisits")];
        return (
          <div className="stack">
            {data.habits && <Habits habits={data.habits} />}
            <Flows title={t("groups.switches")} means={t("groups.switchesMean")} flows={data.switches} word={(name) => word("channel", name)} />
            <DataTable
              title={t("groups.paths")}
              means={t("groups.pathsMean")}
              rowKey="path"
              dataSource={data.paths}
              empty={t("groups.noEvents")}
              table={{ columns, rows: data.paths.map((one) => [path(one), one.visits, one.customers, one.share]) }}
              columns={[
                { title: columns[0], render: (_, one) => path(one) },
                { title: columns[1], align: "right", render: (_, one) => format.count(one.visits) },
                { title: columns[2], align: "right", render: (_, one) => format.count(one.customers) },
                { title: columns[3], align: "right", render: (_, one) => format.percent(one.share) },
              ]}
            />
            <Flows title={t("groups.transitions")} means={t("groups.transitionsMean")} flows={data.transitions} word={event} />
          </div>
        );
      }}
    </Wait>
  );
}

function Flows({ title, means, flows, word }: { title: string; means: string; flows: Schema["Flow"][]; word: (name: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const ends = [...new Set(flows.map((one) => one.end))];
  const rows = [...new Set(flows.map((one) => one.start))].map((start) => ({
    name: word(start),
    cells: ends.map((end) => {
      const one = flows.find((flow) => flow.start === start && flow.end === end);
      return one ? { value: one.moves, words: `${format.percent(one.share)}\n${format.count(one.moves)}`, strength: one.share } : null;
    }),
  }));
  return <Heat title={title} means={means} corner={t("rfm.fromRow")} columns={ends.map(word)} rows={rows} />;
}

