import { Empty, Flex, Skeleton, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";
import { useWords } from "../../components/words";
import { number } from "./row";

/** Who is tied to whom around this customer? */
export function CircleGraph({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { word } = useWords();
  const navigate = useNavigate();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/customers/{customer_id}/circle", { params: { path: { customer_id: id } } });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  if (data.ties.length === 0) return <Empty description={t("customer.noTies")} />;
  const name = (one: string) => {
    const node = data.nodes.find((each) => each.customer_id === one);
    return node?.may_see ? `${node.name ?? "–"} (${one})` : t("customer.hidden");
  };
  return (
    <Flex vertical gap={8}>
      <Typography.Text>
        {t("customer.tiesOf", { shown: format.count(data.nodes.length - 1), all: format.count(data.of) })}
        {data.circle && ` · ${t("customer.circleSize", { size: format.count(number(data.circle.customers)) })}`}
        {data.key && ` · ${t("customer.keyPerson", { reach: format.decimal(number(data.key.reach)) })}`}
      </Typography.Text>
      <Chart
        title={t("customer.circle")}
        height={360}
        onClick={(one) => data.nodes.some((node) => node.customer_id === one && node.may_see) && void navigate(`/customers/${encodeURIComponent(one)}?tab=circle`)}
        option={{
          tooltip: {},
          series: [
            {
              type: "graph",
              layout: "force",
              roam: true,
              force: { repulsion: 160, edgeLength: 70 },
              label: { show: true, position: "right", formatter: (one: { data: { called: string } }) => one.data.called },
              data: data.nodes.map((node) => ({ name: node.customer_id, called: node.name ?? "–", symbolSize: node.customer_id === id ? 26 : 14, itemStyle: { color: node.customer_id === id ? "#e2574c" : "#3257d6" } })),
              links: data.ties.map((tie) => ({ source: tie.from_customer_id, target: tie.to_customer_id, lineStyle: { width: Math.min(1 + tie.weight, 6) } })),
            },
          ],
        }}
        table={{ columns: [t("customer.from"), t("customer.to"), t("customer.tieKinds"), t("customer.weight")], rows: data.ties.map((tie) => [name(tie.from_customer_id), name(tie.to_customer_id), tie.kinds.split(",").map((kind) => word("tie", kind.trim())).join(t("customer.comma")), format.decimal(tie.weight)]) }}
      />
    </Flex>
  );
}
