import { Button, Flex, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { queries } from "../../api/client";
import { useMay } from "../../app/me";
import { WideTable } from "../../components/WideTable";
import { useWords } from "../../components/words";
import { Join } from "../identity/Join";
import { Past } from "../identity/Past";
import { Split } from "../identity/Split";
import { type Cells, type Detail, moment, text } from "./row";

/** Which records of which systems are this customer, what tied each to the others, and what people decided about it. */
export function Identity({ data }: { data: Detail }) {
  const { t } = useTranslation();
  const { word } = useWords();
  const may = useMay("identity.write");
  const [chosen, setChosen] = useState<string[]>([]);
  const [asking, setAsking] = useState<"join" | "split" | null>(null);
  const go = useNavigate();
  const explain = () => void go(`/identity?${new URLSearchParams({ tab: "explain", one: chosen[0] ?? "", other: chosen[1] ?? "", customer: data.customer_id })}`);
  const many = data.records.length > 1;
  const done = () => {
    setAsking(null);
    setChosen([]);
    void queries.invalidateQueries();
  };
  return (
    <div className="stack">
      <Flex gap={8} wrap align="center">
        <Typography.Text style={{ flex: "1 1 auto" }}>{t("customer.recordsOf", { count: data.records.length })}</Typography.Text>
        {may && many && <Button disabled={chosen.length === 0 || chosen.length === data.records.length} onClick={() => setAsking("split")}>{t("identity.splitOff", { count: chosen.length })}</Button>}
        {may && many && <Button disabled={chosen.length !== 2} onClick={explain}>{t("identity.whyOne")}</Button>}
        {may && <Button onClick={() => setAsking("join")}>{t("identity.joinWith")}</Button>}
      </Flex>
      <WideTable<Cells>
        label={t("customer.recordsOf", { count: data.records.length })}
        rowKey={(row) => text(row.record_key)}
        dataSource={data.records}
        rowSelection={may && many ? {
          selectedRowKeys: chosen,
          onChange: (keys) => setChosen(keys.map(String)),
          getTitleCheckboxProps: () => ({ "aria-label": t("identity.chooseAll") }),
          getCheckboxProps: (row) => ({ "aria-label": t("identity.choose", { record: text(row.record_id) }) }),
        } : undefined}
        columns={[
          { title: t("customer.source"), dataIndex: "source" },
          { title: t("customer.record"), dataIndex: "record_id" },
          {
            title: t("customer.linkedBy"),
            render: (_, row) => (row.linked_by ? String(row.linked_by).split(",").map((kind) => <Tag key={kind}>{word("key_kind", kind.trim())}</Tag>) : row.method === "decided" ? t("identity.decidedTie") : row.method === "probable" ? t("identity.likely") : t("customer.alone")),
          },
          { title: t("field.name"), render: (_, row) => text(row.name) },
          { title: t("field.phone"), render: (_, row) => text(row.phone) },
          { title: t("field.email"), render: (_, row) => text(row.email) },
          { title: t("field.city"), render: (_, row) => text(row.city) },
          { title: t("field.registered_at"), render: (_, row) => moment(row.registered_at) },
        ]}
      />
      <Past id={data.customer_id} />
      {asking === "join" && <Join id={data.customer_id} done={done} close={() => setAsking(null)} />}
      {asking === "split" && <Split id={data.customer_id} keys={chosen} done={done} close={() => setAsking(null)} />}
    </div>
  );
}
