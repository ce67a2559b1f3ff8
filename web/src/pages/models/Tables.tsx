import { Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { useFormat } from "../../components/format";

/** The model by each measure with its interval, and the simple rule beside it. */
export function Measures({ card }: { card: Schema["Card"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [t("models.measure"), t("models.ofModel"), t("models.interval"), t("models.ofBaseline")];
  return (
    <DataTable
      title={t("models.againstBaseline")}
      means={t("models.measuresMean")}
      rowKey="measure"
      dataSource={card.measures}
      table={{ columns, rows: card.measures.map((one) => [one.name, one.model, `${one.low ?? ""}–${one.high ?? ""}`, one.baseline]) }}
      columns={[
        { title: columns[0], render: (_, one) => one.name },
        { title: columns[1], align: "right", render: (_, one) => <Typography.Text strong>{format.decimal(one.model)}</Typography.Text> },
        { title: columns[2], align: "right", render: (_, one) => `${format.decimal(one.low)} – ${format.decimal(one.high)}` },
        { title: columns[3], align: "right", render: (_, one) => format.decimal(one.baseline) },
      ]}
    />
  );
}

/** All methods that were tried on the same days and rows. */
export function Candidates({ card }: { card: Schema["Card"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures = Object.keys(card.figure_names);
  const names = [t("models.method"), ...figures.map((name) => card.figure_names[name]!)];
  return (
    <DataTable
      title={t("models.candidates")}
      means={t("models.candidatesMean")}
      rowKey="method"
      dataSource={card.candidates}
      table={{ columns: names, rows: card.candidates.map((one) => [one.name, ...figures.map((name) => one.figures[name] ?? null)]) }}
      columns={[
        { title: names[0], key: "method", render: (_: unknown, one: Schema["Candidate"]) => <>{one.name} {one.is_chosen && <Tag color="blue">{t("models.chosen")}</Tag>}</> },
        ...figures.map((name) => ({ title: card.figure_names[name]!, key: name, align: "right" as const, render: (_: unknown, one: Schema["Candidate"]) => format.decimal(one.figures[name]) })),
      ]}
    />
  );
}

/** How the model did on later days: quality on labels that arrived, and how far its inputs moved. */
export function SeenSince({ card }: { card: Schema["Card"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = [t("models.day"), t("models.rowsSeen"), "AUC", t("models.logLoss"), t("models.scorePsi"), t("models.featurePsi")];
  const drift = (psi: number | null) => (psi === null ? "–" : <Level tone={psi >= card.moved_above ? "bad" : psi >= card.steady_below ? "fair" : "good"}>{format.decimal(psi)}</Level>);
  return (
    <DataTable
      title={t("models.seen")}
      means={t("models.seenMeans", { steady: card.steady_below, moved: card.moved_above })}
      empty={t("models.notSeen")}
      rowKey="as_of"
      dataSource={card.seen.toReversed()}
      table={{ columns: columns.slice(0, 5), rows: card.seen.map((one) => [one.as_of, one.rows, one.auc, one.log_loss, one.score_psi]) }}
      columns={[
        { title: columns[0], render: (_, one) => one.as_of },
        { title: columns[1], align: "right", render: (_, one) => format.count(one.rows) },
        { title: columns[2], align: "right", render: (_, one) => format.decimal(one.auc) },
        { title: columns[3], align: "right", render: (_, one) => format.decimal(one.log_loss) },
        { title: columns[4], align: "right", render: (_, one) => drift(one.score_psi) },
        { title: columns[5], render: (_, one) => one.features.slice(0, 3).map((feature) => <span key={feature.feature}>{feature.name} {drift(feature.psi)}</span>) },
      ]}
    />
  );
}
