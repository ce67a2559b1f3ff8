import { Button, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Schema, api } from "../../api/client";
import { useMay } from "../../app/me";
import { DataTable } from "../../components/DataTable";
import { Level } from "../../components/Level";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";
import { useFilters } from "../../components/useFilters";
import { Overlap } from "./Overlap";

const MOST = 8; // of an overlap

export function Component() {
  const asked = api.useQuery("get", "/api/v1/segments", {});
  return <Wait asked={asked}>{(data) => <Shown data={data} />}</Wait>;
}

function Shown({ data }: { data: Schema["SegmentList"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("segments.write");
  const { params, change } = useFilters();
  const fits = data.items.filter((one) => one.problem === null).map((one) => one.key);
  const chosen = params.getAll("overlap").filter((key) => fits.includes(key));
  const columns = [t("segments.segment"), t("segments.members"), t("segments.share"), t("segments.entered"), t("segments.left"), t("segments.owner"), t("segments.from_"), t("segments.rule")];
  return (
    <div className="stack">
      <Flex justify="space-between" gap={12} wrap align="center">
        <Typography.Text type="secondary">{t("segments.about")}</Typography.Text>
        <Link to="/segments/edit"><Button type="primary" tabIndex={-1}>{may ? t("segments.new") : t("segments.try")}</Button></Link>
      </Flex>
      <DataTable
        title={t("page.segments")}
        means={t("segments.means")}
        empty={t("segments.none")}
        rowKey="key"
        dataSource={data.items}
        table={{ columns, rows: data.items.map((one) => [one.name, one.customers, one.share, one.entered, one.left, one.owner, t(`segments.origin.${one.origin}`), one.expression]) }}
        rowSelection={{
          selectedRowKeys: chosen,
          hideSelectAll: true,
          columnTitle: t("segments.compare"),
          columnWidth: 72,
          onSelect: (one, ticked) => change("overlap", (before) => [...before.filter((key) => key !== one.key), ...(ticked ? [one.key] : [])]),
          getCheckboxProps: (one) => ({ "aria-label": t("segments.compareOne", { name: one.name }), disabled: one.problem !== null || (chosen.length >= MOST && !chosen.includes(one.key)) }),
        }}
        columns={[
          {
            title: columns[0],
            render: (_, one) => (
              <div style={{ maxWidth: 320, whiteSpace: "normal" }}>
                <Link to={`/segments/edit?key=${one.key}`}>{one.name}</Link> {one.problem && <Level tone="bad">{t("segments.broken")}</Level>}
                <div><Typography.Text type="secondary">{one.doc || one.expression}</Typography.Text></div>
              </div>
            ),
          },
          { title: columns[1], align: "right", render: (_, one) => (one.customers === null ? "–" : <Link to={`/customers?segment=${one.key}`}>{format.count(one.customers)}</Link>) },
          { title: columns[2], align: "right", render: (_, one) => format.percent(one.share) },
          { title: columns[3], align: "right", render: (_, one) => (one.entered === null ? "–" : <Link to={`/segments/edit?key=${one.key}&tab=movement`}>{`+${format.count(one.entered)}`}</Link>) },
          { title: columns[4], align: "right", render: (_, one) => (one.left === null ? "–" : `−${format.count(one.left)}`) },
          { title: columns[5], render: (_, one) => one.owner || "–" },
          { title: columns[6], render: (_, one) => t(`segments.origin.${one.origin}`) },
        ]}
      />
      {chosen.length > 1 ? <Overlap chosen={chosen} /> : <Typography.Text type="secondary">{t("segments.chooseTwo")}</Typography.Text>}
    </div>
  );
}
