import { Card, Flex, Skeleton, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { Decisions } from "./Decisions";

/** The newest decisions of the whole company. */
export function Decided() {
  const { t } = useTranslation();
  const [undone, setUndone] = useState(false);
  const { data, error, refetch } = api.useQuery("get", "/api/v1/identity/decisions", { params: { query: { undone, limit: 100 } } });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Card
      size="small"
      extra={<Flex gap={8} align="center" component="label"><Switch size="small" checked={undone} onChange={setUndone} aria-label={t("identity.undoneToo")} />{t("identity.undoneToo")}</Flex>}
    >
      {data ? <Decisions rows={data} reload={() => void refetch()} /> : <Skeleton active />}
    </Card>
  );
}
