import { ArrowDownOutlined, ArrowUpOutlined, MoreOutlined } from "@ant-design/icons";
import { Button, Card, Dropdown, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "../../api/client";
import { Definition } from "../../components/Definition";
import { Spark } from "../../components/Spark";
import { useMetricFormat } from "../../components/useMetricFormat";
import { useFormat } from "../../components/format";

interface Props {
  figure: Schema["Figure"];
  period: string;
  keys: string[];
  pin: (keys: string[]) => void;
}

const INK = { better: "success", worse: "danger", same: "secondary", neutral: "secondary" } as const;
const STANDING = { reached: "success", missed: "warning", below: "danger", above: "danger" } as const;

/** One pinned figure: value, change, trend, and how it stands to its target; the name leads to the metric. */
export function FigureCard({ figure, period, keys, pin }: Props) {
  const { t } = useTranslation();
  const write = useMetricFormat();
  const format = useFormat();
  const { metric, value, change, verdict, standing } = figure;
  const place = keys.indexOf(metric.key);
  const moved = (to: number) => {
    const rest = keys.filter((key) => key !== metric.key);
    return [...rest.slice(0, to), metric.key, ...rest.slice(to)];
  };
  const items = [
    { key: "back", label: t("cockpit.earlier"), disabled: place === 0, onClick: () => pin(moved(place - 1)) },
    { key: "on", label: t("cockpit.later"), disabled: place === keys.length - 1, onClick: () => pin(moved(place + 1)) },
    { key: "off", label: t("cockpit.unpin"), onClick: () => pin(keys.filter((key) => key !== metric.key)) },
  ];
  const points = change === null ? null : metric.unit === "share" ? t("cockpit.points", { points: format.decimal(Math.abs(change) * 100) }) : format.percent(Math.abs(change));
  const when = figure.period_on ? t("cockpit.of", { period: t(`period.${period as "month"}`), day: figure.period_on }) : t("cockpit.now");
  return (
    <Card
      size="small"
      title={<><Link to={`/metrics/${metric.key}${metric.is_stock ? "" : `?period=${period}`}`}>{metric.name}</Link> <Definition of={metric.name} means={metric.means} formula={metric.formula} /></>}
      extra={<Dropdown menu={{ items }} trigger={["click"]}><Button type="text" size="small" icon={<MoreOutlined />} aria-label={t("cockpit.more", { name: metric.name })} /></Dropdown>}
    >
      <Flex align="baseline" gap={8} wrap>
        <span className="figure-value">{metric.is_answerable ? write(value, metric.unit) : "–"}</span>
        {points !== null && verdict && (
          <Typography.Text type={INK[verdict]}>
            {change !== 0 && (change! > 0 ? <ArrowUpOutlined aria-label={t("cockpit.up")} /> : <ArrowDownOutlined aria-label={t("cockpit.down")} />)} {points}
          </Typography.Text>
        )}
      </Flex>
      <Typography.Text type="secondary">{metric.is_answerable ? when : t("metrics.noTable")}</Typography.Text>
      {figure.points.length > 1 && <Spark
        says={t("cockpit.trend", { name: metric.name, values: figure.points.map((point) => `${point.on}: ${write(point.value, metric.unit)}`).join("; ") })}
        points={figure.points.map((point) => point.value)}
        target={period === "month" ? (metric.target?.target ?? null) : null}
      />}
      {metric.target && (
        <Flex gap={4} wrap align="center">
          <Typography.Text type="secondary">{t("metrics.targetIs", { value: write(metric.target.target, metric.unit) })}</Typography.Text>
          {standing && <Typography.Text strong type={STANDING[standing]}>{t(`standing.${standing}`)}</Typography.Text>}
        </Flex>
      )}
    </Card>
  );
}
