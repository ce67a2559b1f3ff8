import { Alert, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

export function Component() {
  const asked = api.useQuery("get", "/api/v1/models", {});
  return <Wait asked={asked}>{(data) => <Shown data={data} />}</Wait>;
}

function Shown({ data }: { data: Schema["ModelList"] }) {
  const { t } = useTranslation();
  const columns = [t("models.model"), t("models.state"), t("models.method"), t("models.asOf"), t("models.quality"), t("models.versions")];
  return (
    <div className="stack">
      {data.not_made.map((one) => <Alert key={one.name} type="warning" showIcon title={t("models.notUsed", { title: one.title })} description={one.why} />)}
      <DataTable
        title={t("page.models")}
        means={t("models.means")}
        empty={t("models.none")}
        rowKey="name"
        dataSource={data.items}
        columns={[
          {
            title: columns[0],
            render: (_, one) => (
              <div style={{ maxWidth: 420, whiteSpace: "normal" }}>
                <Link to={`/models/${encodeURIComponent(one.name)}`}>{one.title}</Link>
                <div><Typography.Text type="secondary">{one.definition}</Typography.Text></div>
              </div>
            ),
          },
          {
            title: columns[1],
            render: (_, one) => (
              <div style={{ maxWidth: 260, whiteSpace: "normal" }}>
                {one.serving ? <Level tone="good">{t("models.serves", { version: one.serving.version })}</Level> : <Level tone="plain">{t("models.nobodyServes")}</Level>}
                {one.newest.refusal && <div><Typography.Text type="secondary">{t("models.refused", { version: one.newest.version, why: one.newest.refusal })}</Typography.Text></div>}
              </div>
            ),
          },
          { title: columns[2], render: (_, one) => (one.serving ?? one.newest).method },
          { title: columns[3], render: (_, one) => (one.serving ?? one.newest).as_of },
          { title: columns[4], render: (_, one) => <Quality measure={(one.serving ?? one.newest).measure} /> },
          { title: columns[5], align: "right", render: (_, one) => one.versions },
        ]}
      />
    </div>
  );
}

/** A measure with its interval, against the simple rule. */
export function Quality({ measure }: { measure: Schema["Measure"] | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!measure) return <>–</>;
  const said = { name: measure.name, model: format.decimal(measure.model), low: format.decimal(measure.low), high: format.decimal(measure.high), baseline: format.decimal(measure.baseline) };
  return <span>{t("models.measured", said)}</span>;
}
