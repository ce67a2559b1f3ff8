import { AimOutlined, AlertOutlined, ApiOutlined, AppstoreOutlined, AuditOutlined, ClockCircleOutlined, ClusterOutlined, CommentOutlined, DashboardOutlined, DatabaseOutlined, ExperimentOutlined, FileTextOutlined, FundOutlined, IdcardOutlined, LineChartOutlined, PartitionOutlined, SettingOutlined, ShoppingOutlined, SolutionOutlined, TeamOutlined, UserSwitchOutlined, PhoneOutlined } from "@ant-design/icons";
import type { ComponentType } from "react";
import type { RouteObject } from "react-router";

/** The parts of the menu, from top to bottom; the names are t(`section.${…}`). */
export const SECTIONS = ["overview", "customers", "insight", "ahead", "running"] as const;

/**
 * One page: a folder in pages/, a place in the menu, and the action of the server's roles without which it is not offered.
 * To add a page, add a folder and a line here, and its words under `page` in i18n (docs/how-to/add-a-page.md).
 */
export interface Page {
  key:
    | "cockpit"
    | "customers"
    | "segments"
    | "rfm"
    | "groups"
    | "products"
    | "warnings"
    | "models"
    | "metrics"
    | "reports"
    | "data"
    | "users"
    | "audit"
    | "collector"
    | "identity"
    | "forecasts"
    | "campaigns"
    | "market"
    | "voices"
    | "habits"
    | "teams"
    | "leads"
    | "account"; // its address, and its name in the menu: t(`page.${key}`)
  section: (typeof SECTIONS)[number]; // where it stands in the menu
  icon: ComponentType;
  action: string;
  routes: RouteObject[]; // each page is its own chunk: its code is loaded when its address is opened
}

export const PAGES: Page[] = [
  { key: "cockpit", section: "overview", icon: DashboardOutlined, action: "metrics.read", routes: [{ path: "cockpit", lazy: () => import("../pages/cockpit/Cockpit") }] },
  {
    key: "metrics",
    section: "overview",
    icon: FundOutlined,
    action: "metrics.read",
    routes: [
      { path: "metrics", lazy: () => import("../pages/metrics/Metrics") },
      { path: "metrics/:key", lazy: () => import("../pages/metrics/Metric") },
    ],
  },
  { key: "reports", section: "overview", icon: FileTextOutlined, action: "reports.read", routes: [{ path: "reports", lazy: () => import("../pages/reports/Reports") }] },
  {
    key: "customers",
    section: "customers",
    icon: TeamOutlined,
    action: "customers.read",
    routes: [
      { path: "customers", lazy: () => import("../pages/customers/List") },
      { path: "customers/:id", lazy: () => import("../pages/customers/Customer") },
    ],
  },
  {
    key: "segments",
    section: "customers",
    icon: PartitionOutlined,
    action: "segments.read",
    routes: [
      { path: "segments", lazy: () => import("../pages/segments/List") },
      { path: "segments/edit", lazy: () => import("../pages/segments/Edit") },
    ],
  },
  { key: "rfm", section: "customers", icon: AppstoreOutlined, action: "insight.read", routes: [{ path: "rfm", lazy: () => import("../pages/rfm/Rfm") }] },
  { key: "groups", section: "customers", icon: ClusterOutlined, action: "insight.read", routes: [{ path: "groups", lazy: () => import("../pages/groups/Groups") }] },
  { key: "identity", section: "customers", icon: IdcardOutlined, action: "identity.read", routes: [{ path: "identity", lazy: () => import("../pages/identity/Identity") }] },
  {
    key: "products",
    section: "insight",
    icon: ShoppingOutlined,
    action: "insight.read",
    routes: [
      { path: "products", lazy: () => import("../pages/products/Products") },
      { path: "products/:id", lazy: () => import("../pages/products/Product") },
    ],
  },
  { key: "market", section: "insight", icon: AimOutlined, action: "insight.read", routes: [{ path: "market", lazy: () => import("../pages/market/Market") }] },
  { key: "voices", section: "insight", icon: CommentOutlined, action: "insight.read", routes: [{ path: "voices", lazy: () => import("../pages/voices/Voices") }] },
  { key: "habits", section: "insight", icon: ClockCircleOutlined, action: "insight.read", routes: [{ path: "habits", lazy: () => import("../pages/habits/Habits") }] },
  { key: "teams", section: "insight", icon: SolutionOutlined, action: "insight.read", routes: [{ path: "teams", lazy: () => import("../pages/teams/Teams") }] },
  { key: "warnings", section: "ahead", icon: AlertOutlined, action: "customers.read", routes: [{ path: "warnings", lazy: () => import("../pages/warnings/Warnings") }] },
  { key: "leads", section: "ahead", icon: PhoneOutlined, action: "customers.read", routes: [{ path: "leads", lazy: () => import("../pages/leads/Leads") }] },
  { key: "campaigns", section: "ahead", icon: AimOutlined, action: "insight.read", routes: [{ path: "campaigns", lazy: () => import("../pages/campaigns/Campaigns") }] },
  {
    key: "models",
    section: "ahead",
    icon: ExperimentOutlined,
    action: "insight.read",
    routes: [
      { path: "models", lazy: () => import("../pages/models/List") },
      { path: "models/:name", lazy: () => import("../pages/models/Model") },
    ],
  },
  { key: "forecasts", section: "ahead", icon: LineChartOutlined, action: "insight.read", routes: [{ path: "forecasts", lazy: () => import("../pages/forecasts/Forecasts") }] },
  { key: "data", section: "running", icon: DatabaseOutlined, action: "data.read", routes: [{ path: "data", lazy: () => import("../pages/data/Data") }] },
  { key: "collector", section: "running", icon: ApiOutlined, action: "data.read", routes: [{ path: "collector", lazy: () => import("../pages/collector/Collector") }] },
  { key: "users", section: "running", icon: UserSwitchOutlined, action: "users.write", routes: [{ path: "users", lazy: () => import("../pages/users/Users") }] },
  { key: "audit", section: "running", icon: AuditOutlined, action: "audit.read", routes: [{ path: "audit", lazy: () => import("../pages/audit/Audit") }] },
  { key: "account", section: "running", icon: SettingOutlined, action: "account.own", routes: [{ path: "account", lazy: () => import("../pages/account/Account") }] },
];
