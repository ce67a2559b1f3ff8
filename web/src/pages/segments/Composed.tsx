import { Col, Row } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

const DIMENSIONS = ["rfm_group", "lifecycle_stage", "tier", "province"] as const;
const SHOWN = 10;

/** Who the members are, against everyone. */
export function Composed({ rule }: { rule: string }) {
  const asked = api.useQuery("get", "/api/v1/segments/composition", { params: { query: { asked: rule } } });
  return (
    <Wait asked={asked}>
      {({ dimensions }) => (
        <Row gutter={[12, 12]}>
          {DIMENSIONS.filter((name) => dimensions[name]).map((name) => (
            <Col key={name} xs={24} xl={12}><Shares name={name} parts={dimensions[name]!} /></Col>
          ))}
        </Row>
      )}
    </Wait>
  );
}

function Shares({ name, parts }: { name: (typeof DIMENSIONS)[number]; parts: Schema["Part"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [t(`segments.by.${name}`), t("segments.members"), t("segments.memberShare"), t("segments.everyone"), t("segments.everyoneShare")];
  const option = useMemo(() => {
    const shown = parts.slice(0, SHOWN).toReversed();
    const percent = (value: unknown) => (typeof value === "number" ? format.percent(value) : "–");
    return {
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: percent },
      legend: { top: 0 },
      grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
      xAxis: { type: "value", axisLabel: { formatter: percent, hideOverlap: true } },
      yAxis: { type: "category", data: shown.map((one) => one.name) },
      series: [
        { type: "bar", name: t("segments.memberShare"), data: shown.map((one) => one.share) },
        { type: "bar", name: t("segments.everyoneShare"), data: shown.map((one) => one.everyone_share) },
      ],
    };
  }, [parts, format, t]);
  return <Chart title={t(`segments.by.${name}`)} option={option} height={Math.min(parts.length, SHOWN) * 36 + 60} table={{ columns, rows: parts.map((one) => [one.name, one.customers, one.share, one.everyone, one.everyone_share]) }} />;
}
