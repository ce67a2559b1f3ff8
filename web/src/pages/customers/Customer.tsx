import { Card, Col, Row, Skeleton, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { Advice } from "./Advice";
import { CircleGraph } from "./CircleGraph";
import { Facts } from "./Facts";
import { History } from "./History";
import { Identity } from "./Identity";
import { Loyalty } from "./Loyalty";
import { Needs } from "./Needs";
import { Uplift } from "./Uplift";
import { Notes } from "./Notes";
import { Points } from "./Points";
import { Standing } from "./Standing";
import { Tags } from "./Tags";
import { Happenings } from "./Timeline";
import { Worth } from "./Worth";

/** Everything about one customer; made for a phone first, since sales and service hold one. */
export function Component() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const { data, error, refetch } = api.useQuery("get", "/api/v1/customers/{customer_id}", { params: { path: { customer_id: id } } });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton active />;
  const own = data.customer_id;
  const tabs = [
    { key: "timeline", label: t("customer.timeline"), children: <Happenings id={own} kinds={data.timeline_kinds} /> },
    ...(data.has_circle ? [{ key: "circle", label: t("customer.circle"), children: <CircleGraph id={own} /> }] : []),
    { key: "identity", label: t("customer.identity"), children: <Identity data={data} /> },
    { key: "history", label: t("customer.history"), children: <History data={data} /> },
  ];
  return (
    <Row gutter={[16, 16]} className="tiles">
      <Col xs={24} lg={9} xxl={7}><Facts data={data} /></Col>
      <Col xs={24} lg={15} xxl={9}><Standing data={data} /></Col>
      <Col xs={24} lg={12} xxl={8}><Notes data={data} reload={() => void refetch()} /></Col>
      <Col xs={24} lg={12} xxl={8}><Tags data={data} /></Col>
      {data.value && <Col xs={24} lg={12} xxl={8}><Worth value={data.value} /></Col>}
      {data.loyalty.length > 1 && <Col xs={24} lg={12} xxl={8}><Loyalty rows={data.loyalty} /></Col>}
      {data.points && <Col xs={24} lg={12} xxl={8}><Points points={data.points} lots={data.point_lots} entries={data.point_entries} /></Col>}
      {data.uplift.length > 0 && <Col xs={24} lg={12} xxl={8}><Uplift rows={data.uplift} /></Col>}
      {data.needs.length > 0 && <Col xs={24} lg={12} xxl={8}><Needs rows={data.needs} /></Col>}
      <Advice data={data} />
      <Col span={24}>
        <Card size="small">
          <Tabs activeKey={params.get("tab") ?? "timeline"} onChange={(tab) => setParams({ tab }, { replace: true })} items={tabs} destroyOnHidden />
        </Card>
      </Col>
    </Row>
  );
}
