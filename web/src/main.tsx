import { SearchOutlined } from "@ant-design/icons";
import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { queries } from "./api/client";
import { useDark } from "./app/dark";
import { router } from "./app/routes";
import { look } from "./app/look";
import "./i18n";
import "./style.css";

function Root() {
  const { t, i18n } = useTranslation();
  return (
    // autoInsertSpace: or two-character Chinese labels get a space in them
    <ConfigProvider button={{ autoInsertSpace: false }} inputSearch={{ searchIcon: <SearchOutlined aria-label={t("common.search")} /> }} locale={i18n.language === "zh" ? zhCN : enUS} theme={look(useDark())}>
      <AntApp style={{ height: "100%" }}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}

// A tab opened before an upgrade asks for chunks that are gone: load the new pages. Not where the server cannot be reached, which
// would put the browser's own page in the place of ours, and not again and again where a chunk stays away.
const RELOADED = "kezhi.reloaded";
const ONCE_MS = 60_000;
window.addEventListener("vite:preloadError", () => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < ONCE_MS) return;
  const reload = (answer: Response) => {
    if (!answer.ok) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  };
  fetch("/healthz").then(reload, () => undefined);
});

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
