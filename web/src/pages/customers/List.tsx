import { keepPreviousData } from "@tanstack/react-query";
import { Button, Card, Empty, Flex, Input, Select, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";
import { useFilters } from "../../components/useFilters";
import { useWords } from "../../components/words";
import { Tools } from "./Tools";
import { type Row, SHOWN, useColumns } from "./columns";
import { Drilled, drillOf } from "./Drilled";

const SORT = "-net_amount_365d";

export function Component() {
  const { t } = useTranslation();
  const { options, word } = useWords();
  const { params, change, setParams } = useFilters();
  const query = {
    q: params.get("q") ?? "",
    rfm_group: params.getAll("rfm_group"),
    lifecycle_stage: params.getAll("lifecycle_stage"),
    city: params.getAll("city"),
    segment: params.get("segment") ?? "",
    sort: params.get("sort") ?? SORT,
    ...drillOf(params),
    ...(params.get("cursor") ? { cursor: params.get("cursor") } : {}),
  };
  const { data, error, isFetching, refetch } = api.useQuery("get", "/api/v1/customers", { params: { query } }, { placeholderData: keepPreviousData });

  const chosen = params.has("column") ? params.getAll("column") : SHOWN;
  const columns = useColumns(chosen, query.sort);
  return (
    <Card size="small">
      <Flex gap={12} wrap style={{ marginBottom: 12 }} role="search">
        <Input.Search key={query.q} defaultValue={query.q} allowClear placeholder={t("customers.search")} aria-label={t("customers.search")} onSearch={(q) => change("q", [q])} style={{ width: 260 }} />
        <Select mode="multiple" allowClear maxTagCount="responsive" style={{ minWidth: 200 }} placeholder={t("field.rfm_group")} aria-label={t("field.rfm_group")} value={query.rfm_group} onChange={(chosen: string[]) => change("rfm_group", chosen)} options={options("rfm_group")} />
        <Select mode="multiple" allowClear maxTagCount="responsive" style={{ minWidth: 180 }} placeholder={t("field.lifecycle_stage")} aria-label={t("field.lifecycle_stage")} value={query.lifecycle_stage} onChange={(chosen: string[]) => change("lifecycle_stage", chosen)} options={options("lifecycle_stage")} />
        {query.city.map((city) => <Tag key={city} closable onClose={() => change("city", query.city.filter((one) => one !== city))}>{`${t("field.city")}: ${city}`}</Tag>)}
        {query.segment && <Tag closable onClose={() => change("segment", [])}>{`${t("customers.segment")}: ${word("segment", query.segment)}`}</Tag>}
        <Button onClick={() => setParams({})}>{t("common.reset")}</Button>
        <Tools search={params.toString()} chosen={chosen} choose={(columns) => change("column", columns.length ? columns : ["none"])} open={(search) => setParams(search)} />
        <Typography.Text type="secondary" style={{ marginInlineStart: "auto", alignSelf: "center" }} role="status">{data ? t("customers.total", { count: data.total }) : ""}</Typography.Text>
      </Flex>
      <Drilled params={params} change={change} />
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <>
          <WideTable<Row>
            label={t("page.customers")}
            rowKey="customer_id"
            size="middle"
            loading={isFetching}
            dataSource={data?.items ?? []}
            columns={columns}
            sortDirections={["descend", "ascend"]}
            locale={{ emptyText: data ? <Empty description={t("customers.none")} /> : " " }}
            onChange={(_pages, _filters, sorter) => {
              const one = Array.isArray(sorter) ? sorter[0] : sorter;
              change("sort", [one?.order ? `${one.order === "descend" ? "-" : ""}${String(one.columnKey)}` : ""]);
            }}
          />
          <Flex justify="end" gap={8} style={{ marginTop: 12 }}>
            <Button disabled={!params.get("cursor")} onClick={() => change("cursor", [])}>{t("common.first")}</Button>
            <Button disabled={!data?.next} onClick={() => change("cursor", [data?.next ?? ""])}>{t("common.next")}</Button>
          </Flex>
        </>
      )}
    </Card>
  );
}
