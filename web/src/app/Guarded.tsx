import { Result } from "antd";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";
import { useMay, useMe } from "./me";

/** A page that the role may not open says so. */
export function Guarded({ action }: { action: string }) {
  const { t } = useTranslation();
  const me = useMe();
  if (useMay(action)) return <Outlet />;
  return <Result status="403" title={t("common.forbidden")} subTitle={t("common.forbiddenWhy", { role: t(`role.${me.role as "admin"}`) })} />;
}
