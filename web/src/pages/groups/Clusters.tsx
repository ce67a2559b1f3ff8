import { Card, Descriptions, Empty, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../api/client";
import { Definition } from "../../components/Definition";
import { Wait } from "../../components/Wait";
import { useFormat } from "../../components/format";

/** Groups of alike buyers in words: what lifts each over all, how sure it is, what it is worth. */
export function Clusters() {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = api.useQuery("get", "/api/v1/groups/clusters", {});
  return (
    <Wait asked={asked}>
      {({ items }) =>
        items.length ? (
          <div className="figures wide">
            {items.map((one) => (
              <Card key={one.cluster} size="small" title={<>{one.name} <Definition of={one.name} means={t("groups.clusterMeans")} /></>} extra={<Tag>{one.continues ? t("groups.continues") : t("groups.isNew")}</Tag>}>
                <Flex vertical gap={8}>
                  <Link to={`/customers?cluster=${one.cluster}`}>{t("customers.total", { count: one.customers })} · {format.percent(one.customer_share)}</Link>
                  <ul className="plain">{one.told.map((words) => <li key={words}><Typography.Text>{words}</Typography.Text></li>)}</ul>
                  <Descriptions
                    size="small"
                    column={1}
                    items={[
                      { key: "money", label: t("groups.clusterMoney"), children: `${format.money(one.net_amount)} · ${format.percent(one.net_share)}` },
                      { key: "silhouette", label: t("groups.silhouette"), children: format.decimal(one.silhouette) },
                      { key: "stability", label: t("groups.stability"), children: format.percent(one.stability) },
                      { key: "moved", label: t("groups.moved"), children: format.percent(one.moved_share) },
                    ]}
                  />
                </Flex>
              </Card>
            ))}
          </div>
        ) : (
          <Empty description={t("groups.noClusters")} />
        )
      }
    </Wait>
  );
}
