import { AuditOutlined, SettingOutlined, TeamOutlined, UserSwitchOutlined } from "@ant-design/icons";
import type { ComponentType } from "react";
import type { RouteObject } from "react-router";

/**
 * One page: a folder in pages/, a place in the menu, and the action of the server's roles without which it is not offered.
 * To add a page, add a folder and a line here, and its words under `page` in i18n (docs/how-to/add-a-page.md).
 */
export interface Page {
  key:
    | "customers"
    | "users"
    | "audit"
    | "account"; // its address, and its name in the menu: t(`page.${key}`)
  icon: ComponentType;
  action: string;
  routes: RouteObject[]; // each page is its own chunk: its code is loaded when its address is opened
}

export const PAGES: Page[] = [
  {
    key: "customers",
    icon: TeamOutlined,
    action: "customers.read",
    routes: [
      { path: "customers", lazy: () => import("../pages/customers/List") },
      { path: "customers/:id", lazy: () => import("../pages/customers/Customer") },
    ],
  },
  { key: "users", icon: UserSwitchOutlined, action: "users.write", routes: [{ path: "users", lazy: () => import("../pages/users/Users") }] },
  { key: "audit", icon: AuditOutlined, action: "audit.read", routes: [{ path: "audit", lazy: () => import("../pages/audit/Audit") }] },
  { key: "account", icon: SettingOutlined, action: "account.own", routes: [{ path: "account", lazy: () => import("../pages/account/Account") }] },
];
