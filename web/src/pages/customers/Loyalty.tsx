import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { QuestionCircleOutlined } from "@ant-design/icons";
import { Chart } from "../../components/Chart";
import { useWords } from "../../components/words";
import { type Cells, number, text } from "./row";

/** Is the customer's loyalty falling? */
export function Loyalty({ rows }: { rows: Cells[] }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const days = rows.map((row) => text(row.period_on));
  const points = rows.map((row) => number(row.loyalty_index));
  return (
    <Chart
      title={t("customer.loyalty")}
      height={200}
      extra={<Tooltip title={word("means", "loyalty_index")}><QuestionCircleOutlined tabIndex={0} aria-label={t("customer.means", { name: t("customer.loyalty") })} /></Tooltip>}
      option={{
        grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
        tooltip: { trigger: "axis" },
        xAxis: { type: "category", data: days },
        yAxis: { type: "value", min: 0, max: 100 },
        series: [{ type: "line", data: points, symbolSize: 6 }],
      }}
      table={{ columns: [t("customer.day"), t("customer.loyalty")], rows: days.map((day, place) => [day, points[place] ?? null]) }}
    />
  );
}
