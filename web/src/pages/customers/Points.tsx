import { Card, Descriptions, Tag, Tooltip, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../components/format";
import { type Cells, moment, number, text } from "./row";

const SHOWN_LOTS = 3;
const SHOWN_ENTRIES = 5;

/** Membership and points: what is left, what lapses next, and the last bookings. */
export function Points({ points, lots, entries }: { points: Cells; lots: Cells[]; entries: Cells[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = (value: unknown) => format.count(number(value));
  const gap = number(points.told_gap);
  const rows = [
    { key: "balance", label: t("customer.pointsBalance"), children: <Typography.Text strong>{count(points.points_balance)}</Typography.Text> },
    ...(points.joined_on ? [{ key: "joined", label: t("customer.joinedOn"), children: text(points.joined_on) }] : []),
    { key: "earned", label: t("customer.pointsEarned"), children: `${count(points.earned_points)} · ${t("customer.pointsInYear", { points: count(points.earned_points_365d) })}` },
    { key: "redeemed", label: t("customer.pointsRedeemed"), children: `${count(points.redeemed_points)} · ${format.percent(number(points.redemption_rate))}` },
    ...(number(points.points_expiring) ? [{ key: "soon", label: t("customer.pointsExpiring"), children: <Tag className="warns">{count(points.points_expiring)}</Tag> }] : []),
    ...(lots.length
      ? [
          {
            key: "lots",
            label: t("customer.pointsNext"),
            children: (
              <ul className="plain">
                {lots.slice(0, SHOWN_LOTS).map((lot) => (
                  <li key={`${text(lot.entry_id)}`}>{t("customer.pointsLot", { points: count(lot.left_points), day: lot.expires_on ? text(lot.expires_on) : t("customer.never") })}</li>
                ))}
              </ul>
            ),
          },
        ]
      : []),
    ...(gap ? [{ key: "gap", label: <Tooltip title={t("customer.pointsGapMeans")}>{t("customer.pointsGap")}</Tooltip>, children: <Tag className="warns">{count(gap)}</Tag> }] : []),
    ...(entries.length
      ? [
          {
            key: "entries",
            label: t("customer.pointsLast"),
            children: (
              <ul className="plain">
                {entries.slice(0, SHOWN_ENTRIES).map((entry) => (
                  <li key={text(entry.entry_id)}>
                    {`${moment(entry.booked_at)} ${t(`customer.pointKind.${text(entry.kind) as "earn"}`, { defaultValue: text(entry.kind) })} ${count(entry.points)}`}
                  </li>
                ))}
              </ul>
            ),
          },
        ]
      : []),
  ];
  const title = points.member_level ? `${t("customer.pointsTitle")}: ${text(points.member_level)}` : t("customer.pointsTitle");
  return (
    <Card size="small" title={title}>
      <Descriptions size="small" column={1} styles={{ label: { minWidth: 118 } }} items={rows} />
    </Card>
  );
}
