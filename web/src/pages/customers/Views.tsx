import { DeleteOutlined, SaveOutlined } from "@ant-design/icons";
import { Alert, Button, Checkbox, Flex, Input, Popover, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, http, wordsOf } from "../../api/client";

const PAGE = "customers";

/** Filters, columns and order under a name; one's own, and those that others share. */
export function Views({ search, open }: { search: string; open: (search: string) => void }) {
  const { t } = useTranslation();
  const { data, refetch } = api.useQuery("get", "/api/v1/views", { params: { query: { page: PAGE } } });
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const keep = async () => {
    const state = new URLSearchParams(search);
    state.delete("cursor");
    const { error } = await http.PUT("/api/v1/views", { body: { page: PAGE, name, shared, state: { search: state.toString() } } });
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (!error) setName("");
    void refetch();
  };
  const forget = async (id: string) => {
    await http.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id: id } } });
    void refetch();
  };
  const content = (
    <Flex vertical gap={8} style={{ width: 280 }}>
      {data?.length === 0 && <Typography.Text type="secondary">{t("customers.noViews")}</Typography.Text>}
      {data?.map((view) => (
        <Flex key={view.view_id} justify="space-between" align="center">
          <Button type="link" size="small" onClick={() => open(String(view.state.search ?? ""))}>{view.own ? view.name : `${view.name} (${view.author})`}</Button>
          {view.own && <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("customers.forget", { name: view.name })} onClick={() => void forget(view.view_id)} />}
        </Flex>
      ))}
      <Flex gap={8}>
        <Input value={name} onChange={(event) => setName(event.target.value)} placeholder={t("customers.viewName")} aria-label={t("customers.viewName")} maxLength={120} />
        <Button type="primary" disabled={!name.trim()} onClick={() => void keep()}>{t("customers.keep")}</Button>
      </Flex>
      <Checkbox checked={shared} onChange={(event) => setShared(event.target.checked)}>{t("customers.share")}</Checkbox>
      {problem && <Alert type="error" title={problem} role="alert" />}
    </Flex>
  );
  return (
    <Popover trigger="click" content={content} title={t("customers.views")}>
      <Button icon={<SaveOutlined />}>{t("customers.views")}</Button>
    </Popover>
  );
}
