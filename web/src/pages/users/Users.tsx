import { Alert, Button, Card, Flex, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, api } from "../../api/client";
import { Failed } from "../../components/Failed";
import { WideTable } from "../../components/WideTable";
import { moment } from "../customers/row";
import { Assign } from "./Assign";
import { EditUser } from "./EditUser";

export type User = Schema["UserShown"];

/** Who may sign in, what each may see, and whose customers are whose. */
export function Component() {
  const { t } = useTranslation();
  const { data, error, isFetching, refetch } = api.useQuery("get", "/api/v1/users");
  const [edited, setEdited] = useState<User | "new" | null>(null);
  const [given, setGiven] = useState<User | null>(null);
  const [made, setMade] = useState<Schema["PasswordMade"] | null>(null);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const done = (password: Schema["PasswordMade"] | null) => {
    setMade(password);
    setEdited(null);
    setGiven(null);
    void refetch();
  };
  return (
    <Card size="small" extra={<Button type="primary" onClick={() => setEdited("new")}>{t("users.add")}</Button>} title={t("users.title")}>
      {made?.password && <Alert type="success" closable style={{ marginBottom: 12 }} title={t("users.passwordOnce", { login: made.login })} description={<Typography.Text copyable code>{made.password}</Typography.Text>} />}
      <WideTable<User>
        label={t("users.title")}
        rowKey="login"
        size="middle"
        loading={isFetching}
        dataSource={data ?? []}
        columns={[
          { title: t("signIn.login"), render: (_, user) => <Flex gap={6}>{user.login}{user.disabled_at && <Tag>{t("users.disabled")}</Tag>}</Flex> },
          { title: t("account.name"), dataIndex: "shown_name" },
          { title: t("account.role"), render: (_, user) => t(`role.${user.role as "admin"}`) },
          { title: t("account.sees"), render: (_, user) => user.regions.join(", ") || (user.own_customers_only ? t("account.own") : t("account.all")) },
          { title: t("users.customers"), align: "right", dataIndex: "customers" },
          { title: t("users.signedIn"), render: (_, user) => moment(user.signed_in_at) },
          {
            title: t("users.do"),
            render: (_, user) => (
              <Flex gap={4}>
                <Button size="small" aria-label={t("users.editOf", { login: user.login })} onClick={() => setEdited(user)}>{t("users.edit")}</Button>
                <Button size="small" aria-label={t("users.assignOf", { login: user.login })} onClick={() => setGiven(user)}>{t("users.assign")}</Button>
              </Flex>
            ),
          },
        ]}
      />
      {edited && <EditUser user={edited === "new" ? null : edited} done={done} close={() => setEdited(null)} />}
      {given && <Assign user={given} done={() => done(null)} close={() => setGiven(null)} />}
    </Card>
  );
}
