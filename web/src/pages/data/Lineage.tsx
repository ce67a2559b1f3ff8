import { Skeleton } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Chart } from "../../components/Chart";
import { Failed } from "../../components/Failed";

const COLOR = { source: "#f0a020", step: "#3257d6", table: "#16a37f" };
const ROW = 30; // pixels

/** From files to steps to tables: each column of the picture is made only of those to its left. */
export function Lineage() {
  const { t } = useTranslation();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/data/lineage");
  const drawn = useMemo(() => {
    if (!data) return null;
    const depth = new Map(data.nodes.map((node) => [node.id, 0]));
    for (let changed = true, rounds = 0; changed && rounds < data.nodes.length; rounds++) {
      changed = false;
      for (const { made_of: from, made: to } of data.edges) {
        const least = (depth.get(from) ?? 0) + 1;
        if ((depth.get(to) ?? 0) < least) {
          depth.set(to, least);
          changed = true;
        }
      }
    }
    const filled = new Map<number, number>();
    const nodes = data.nodes.map((node) => {
      const x = depth.get(node.id) ?? 0;
      const y = filled.get(x) ?? 0;
      filled.set(x, y + 1);
      return { id: node.id, name: node.id.split(":")[1], x: x * 170, y: y * ROW, symbol: node.kind === "table" ? "roundRect" : "circle", symbolSize: 12, itemStyle: { color: COLOR[node.kind], opacity: node.kind === "table" && node.rows === null ? 0.3 : 1 }, value: node.words };
    });
    return { nodes, height: Math.max(...filled.values()) * ROW + 60 };
  }, [data]);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data || !drawn) return <Skeleton active />;
  return (
    <Chart
      title={t("data.lineage")}
      height={drawn.height}
      table={{
        columns: [t("data.made"), t("data.kind"), t("data.madeOf"), t("data.rows"), t("data.words")],
        rows: data.nodes.map((node) => [node.id.split(":")[1] ?? "", t(`data.${node.kind}`), data.edges.filter((edge) => edge.made === node.id).map((edge) => edge.made_of.split(":")[1]).join(", "), node.rows, node.words]),
      }}
      option={{
        tooltip: { formatter: (one: { data: { name?: string; value?: string } }) => (one.data.name ? `${one.data.name}<br/>${one.data.value ?? ""}` : "") , extraCssText: "max-width: 360px; white-space: normal" },
        series: [{ type: "graph", layout: "none", roam: true, data: drawn.nodes, edges: data.edges.map((edge) => ({ source: edge.made_of, target: edge.made })), edgeSymbol: ["none", "arrow"], edgeSymbolSize: 5, lineStyle: { opacity: 0.35, curveness: 0.1 }, label: { show: true, position: "right", fontSize: 11, width: 88, overflow: "truncate" }, emphasis: { focus: "adjacency" }, left: 20, right: 120, top: 20, bottom: 20 }],
      }}
    />
  );
}
