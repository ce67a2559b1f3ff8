import { PlusOutlined } from "@ant-design/icons";
import { Alert, App, Button, Empty, Flex, Form, Input, Popconfirm, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api, http, wordsOf } from "../../api/client";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";
import { Snippets } from "./Snippets";

type Key = Schema["Key"];

/** Write keys of sources, and what to paste to use one. */
export function Keys() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ source: string }>();
  const [problem, setProblem] = useState<string | null>(null);
  const { data, error, isFetching, refetch } = api.useQuery("get", "/api/v1/collector/keys", {});

  const add = async (asked: { source: string }) => {
    const { error: failed } = await http.POST("/api/v1/collector/keys", { body: asked });
    setProblem(failed ? (wordsOf(failed) ?? t("common.failed")) : null);
    if (failed) return;
    form.resetFields();
    await refetch();
  };
  const revoke = async (key: Key) => {
    const { error: failed } = await http.DELETE("/api/v1/collector/keys/{write_key}", { params: { path: { write_key: key.write_key } } });
    void (failed ? message.error(wordsOf(failed) ?? t("common.failed")) : message.success(t("collector.revoked")));
    await refetch();
  };
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const live = data?.items.find((one) => !one.revoked_at);
  return (
    <Flex vertical gap={16}>
      <Form form={form} layout="inline" requiredMark={false} onFinish={add} style={{ rowGap: 8 }}>
        <Form.Item name="source" label={t("collector.source")} rules={[{ required: true, message: t("collector.sourceNeeded") }]}>
          <Input placeholder="web" maxLength={60} style={{ width: 200 }} />
        </Form.Item>
        <Button type="primary" htmlType="submit" icon={<PlusOutlined />}>{t("collector.add")}</Button>
      </Form>
      {problem && <Alert type="error" showIcon role="alert" title={problem} />}
      <WideTable<Key>
        label={t("collector.keys")}
        rowKey="write_key"
        loading={isFetching && !data}
        dataSource={data?.items ?? []}
        locale={{ emptyText: <Empty description={t("collector.noKeys")} /> }}
        columns={[
          { key: "source", title: t("collector.source"), dataIndex: "source" },
          { key: "write_key", title: t("collector.key"), render: (_, row) => <Typography.Text code copyable={{ tooltips: [t("collector.copy"), t("collector.copied")] }}>{row.write_key}</Typography.Text> },
          { key: "created", title: t("collector.created"), render: (_, row) => new Date(`${row.created_at}Z`).toLocaleDateString() },
          { key: "author", title: t("collector.author"), dataIndex: "author" },
          { key: "state", title: t("collector.state"), render: (_, row) => (row.revoked_at ? t("collector.isRevoked") : t("collector.inUse")) },
          {
            key: "revoke",
            title: t("collector.action"),
            render: (_, row) => !row.revoked_at && (
              <Popconfirm title={t("collector.revokeSure")} onConfirm={() => revoke(row)} okText={t("collector.revoke")} cancelText={t("collector.keep")}>
                <Button size="small" aria-label={t("collector.revokeOf", { key: row.write_key })}>{t("collector.revoke")}</Button>
              </Popconfirm>
            ),
          },
        ]}
      />
      {live && <Snippets writeKey={live.write_key} />}
    </Flex>
  );
}
