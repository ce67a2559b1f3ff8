import { UserOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { SIGN_IN, http, queries } from "../api/client";
import { useMe } from "./me";

export function UserMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const signOut = async () => {
    await http.POST("/api/v1/sign-out");
    queries.clear(); // nothing of this user is left for the next one
    void navigate(SIGN_IN);
  };
  const items = [
    { key: "who", label: `${me.shown_name} · ${t(`role.${me.role as "admin"}`)}`, disabled: true },
    { key: "account", label: t("page.account"), onClick: () => void navigate("/account") },
    { key: "out", label: t("common.signOut"), onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" icon={<UserOutlined />} aria-label={t("common.account", { name: me.shown_name })} />
    </Dropdown>
  );
}
