import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Heat } from "../../components/Heat";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

type Rate = Schema["ConnectRate"];
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const DIMENSIONS = ["number_quality", "hour", "weekday", "agent"] as const;

/** How often calls are taken: by hour and weekday as a map, and by each alone with intervals. */
export function Calls() {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/connect-rates", {});
  return (
    <Wait asked={asked}>
      {(data) =>
        data.rows.length ? (
          <div className="stack">
            <Slots rows={data.rows.filter((one) => one.dimension === "weekday_hour")} />
            {DIMENSIONS.map((dimension) => <Rates key={dimension} dimension={dimension} rows={data.rows.filter((one) => one.dimension === dimension)} />)}
          </div>
        ) : (
          <Alert type="info" showIcon title={t("leads.noCalls")} />
        )
      }
    </Wait>
  );
}

function Slots({ rows }: { rows: Rate[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = new Map(rows.map((one) => [one.member, one]));
  const hours = [...new Set(rows.map((one) => one.member.split("-")[1] ?? ""))].sort();
  const rates = rows.map((one) => one.connect_rate);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const cell = (weekday: number, hour: string) => {
    const one = found.get(`${weekday}-${hour}`);
    return one ? { value: one.connect_rate, words: format.percent(one.connect_rate), strength: high > low ? (one.connect_rate - low) / (high - low) : 0 } : null;
  };
  return (
    <Heat
      title={t("leads.slots")}
      means={t("leads.slotsMean")}
      corner={t("leads.hour")}
      columns={WEEKDAYS.map((weekday) => t(`leads.weekday.${weekday}`))}
      rows={hours.map((hour) => ({ name: `${hour}:00`, cells: WEEKDAYS.map((weekday) => cell(weekday, hour)) }))}
    />
  );
}

function Rates({ dimension, rows }: { dimension: (typeof DIMENSIONS)[number]; rows: Rate[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = t(`leads.by.${dimension}`);
  const name = (one: Rate) => (dimension === "weekday" ? t(`leads.weekday.${Number(one.member) as 1}`) : dimension === "hour" ? `${one.member}:00` : one.member_name || "–");
  const inOrder = dimension === "hour" || dimension === "weekday" ? rows.toSorted((one, other) => one.member.localeCompare(other.member)) : rows;
  const columns = [title, t("leads.callsMade"), t("leads.rate"), t("leads.interval"), t("leads.differs")];
  return (
    <DataTable
      title={title}
      means={t("leads.rateMeans")}
      rowKey="member"
      dataSource={inOrder}
      table={{ columns, rows: inOrder.map((one) => [name(one), one.calls, one.connect_rate, `${one.rate_low}–${one.rate_high}`, one.differs]) }}
      columns={[
        { title: columns[0], render: (_, one) => name(one) },
        { title: columns[1], align: "right", render: (_, one) => format.count(one.calls) },
        { title: columns[2], align: "right", render: (_, one) => format.percent(one.connect_rate) },
        { title: columns[3], align: "right", render: (_, one) => `${format.percent(one.rate_low)} – ${format.percent(one.rate_high)}` },
        { title: columns[4], render: (_, one) => (one.differs === "no" ? "" : <Level tone={one.differs === "higher" ? "good" : "bad"}>{t(`leads.${one.differs as "higher"}`)}</Level>) },
      ]}
    />
  );
}
