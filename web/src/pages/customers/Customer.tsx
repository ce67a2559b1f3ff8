import { Card, Col, Descriptions, Empty, Flex, Row, Skeleton, Table, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { useFormat } from "../../components/format";

const FACTS = ["gender", "birth_date", "phone", "email", "city", "address", "registered_at"] as const;

export function Component() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id = "" } = useParams();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/customers/{customer_id}", { params: { path: { customer_id: id } } });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  const { customer, profile } = data;
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} xl={9}>
        <Card size="small" title={String(customer.name ?? id)}>
          <Descriptions size="small" column={1} items={FACTS.map((name) => ({ key: name, label: t(`field.${name}`), children: String(customer[name] ?? "–") }))} />
        </Card>
      </Col>
      <Col xs={24} xl={15}>
        <Card size="small" title={t("customer.profile")}>
          {profile ? (
            <Descriptions
              size="small"
              column={{ xs: 1, md: 2 }}
              items={[
                { key: "g", label: t("field.rfm_group"), children: String(profile.rfm_group ?? "–") },
                { key: "l", label: t("field.lifecycle_stage"), children: String(profile.lifecycle_stage ?? "–") },
                { key: "o", label: t("field.orders_365d"), children: format.count(profile.orders_365d as number) },
                { key: "n", label: t("field.net_amount_365d"), children: format.money(profile.net_amount_365d as string) },
              ]}
            />
          ) : (
            <Empty description={t("customer.noProfile")} />
          )}
          <Flex wrap gap={4} style={{ marginTop: 8 }}>{data.tags.map((tag) => <Tag key={`${tag.family}-${tag.tag}`}>{String(tag.tag)}</Tag>)}</Flex>
        </Card>
      </Col>
      <Col span={24}>
        <Card size="small" title={t("customer.orders")}>
          <Table
            size="small"
            rowKey="order_id"
            pagination={false}
            scroll={{ x: "max-content" }}
            dataSource={data.orders}
            locale={{ emptyText: <Empty description={t("customer.noOrders")} /> }}
            columns={[
              { title: t("field.ordered_at"), render: (_, order) => String(order.ordered_at).replace("T", " ") },
              { title: t("field.channel"), dataIndex: "channel" },
              { title: t("field.status"), dataIndex: "status" },
              { title: t("field.net_amount"), align: "right", render: (_, order) => <Typography.Text>{format.exactMoney(order.net_amount as string)}</Typography.Text> },
            ]}
          />
        </Card>
      </Col>
    </Row>
  );
}
