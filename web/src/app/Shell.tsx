import { MenuOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Button, Drawer, Flex, Grid, Layout, Menu, Segmented, Spin, Tooltip, Typography } from "antd";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation, useNavigation } from "react-router";
import { api } from "../api/client";
import { Failed } from "../components/Failed";
import { type Lang, setLang } from "../i18n";
import { UserMenu } from "./UserMenu";
import { setDark, useDark } from "./dark";
import { MeProvider } from "./me";
import { PAGES, SECTIONS } from "./pages";

export function Shell() {
  const { data: me, error, refetch } = api.useQuery("get", "/api/v1/me", {}, { staleTime: 60_000 });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!me) return <Spin fullscreen />;
  return (
    <MeProvider me={me}>
      <Frame project={me.project} actions={me.actions} />
    </MeProvider>
  );
}

function Frame({ project, actions }: { project: { name: string; as_of: string | null; snapshot: string | null }; actions: string[] }) {
  const { t, i18n } = useTranslation();
  const { pathname } = useLocation();
  const loading = useNavigation().state === "loading";
  const dark = useDark();
  const wide = Grid.useBreakpoint().lg;
  const [open, setOpen] = useState(false);
  const page = PAGES.find((one) => one.key === pathname.split("/")[1]);
  const title = page ? t(`page.${page.key}`) : t("common.product");
  useEffect(() => {
    document.title = `${title} · ${project.name}`;
    setOpen(false);
  }, [title, project.name, pathname]);

  const menu = (
    <nav aria-label={t("common.menu")}>
      <Menu
        theme="dark"
        mode="inline"
        selectedKeys={page ? [page.key] : []}
        items={SECTIONS.map((section) => ({
          key: `section-${section}`,
          type: "group" as const,
          label: t(`section.${section}`),
          children: PAGES.filter((one) => one.section === section && actions.includes(one.action)).map(({ key, icon: Icon }) => ({ key, icon: <Icon />, label: <Link to={`/${key}`}>{t(`page.${key}`)}</Link> })),
        })).filter((section) => section.children.length > 0)}
      />
    </nav>
  );
  return (
    <Layout style={{ minHeight: "100%" }}>
      <a className="skip" href="#main">{t("common.skip")}</a>
      {wide ? (
        <Layout.Sider width={208}>
          <div className="brand">{project.name}</div>
          {menu}
        </Layout.Sider>
      ) : (
        <Drawer open={open} onClose={() => setOpen(false)} placement="left" size={240} title={project.name} className="drawer" styles={{ body: { padding: 0 } }}>
          {menu}
        </Drawer>
      )}
      <Layout>
        <Layout.Header className="header">
          {!wide && <Button type="text" icon={<MenuOutlined />} aria-label={t("common.menu")} onClick={() => setOpen(true)} />}
          <Typography.Title level={1} className="title">{title}</Typography.Title>
          {loading && <Spin size="small" />}
          {project.as_of && (
            <Tooltip title={t("common.snapshot", { name: project.snapshot })}>
              <Typography.Text type="secondary" className="as-of">{t("common.asOf", { day: project.as_of })}</Typography.Text>
            </Tooltip>
          )}
          <Flex align="center" gap={4}>
            <Button type="text" aria-label={t("common.dark")} aria-pressed={dark} icon={dark ? <SunOutlined /> : <MoonOutlined />} onClick={() => setDark(!dark)} />
            <Segmented<Lang> aria-label={t("common.language")} size="small" value={i18n.language as Lang} onChange={setLang} options={[{ value: "zh", label: "中" }, { value: "en", label: "EN" }]} />
            <UserMenu />
          </Flex>
        </Layout.Header>
        <Layout.Content id="main" role="main" className="main">
          <Suspense fallback={<Spin />}><Outlet /></Suspense>
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
