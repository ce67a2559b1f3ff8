import { Button, Flex, Result } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate, createBrowserRouter, useNavigate, useRouteError } from "react-router";
import { PAGES } from "./pages";
import { Guarded } from "./Guarded";
import { Shell } from "./Shell";

function Problem() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const error = useRouteError();
  return (
    <Result
      status={error ? "error" : "404"}
      title={error ? t("common.failed") : t("common.notFound")}
      extra={
        <Flex gap={8} justify="center">
          {Boolean(error) && <Button type="primary" onClick={() => location.reload()}>{t("common.retry")}</Button>}
          <Button onClick={() => void navigate("/")}>{t("common.back")}</Button>
        </Flex>
      }
    />
  );
}

export const router = createBrowserRouter([
  { path: "sign-in", lazy: () => import("../pages/SignIn"), HydrateFallback: () => null },
  {
    Component: Shell,
    HydrateFallback: () => null,
    children: [
      {
        ErrorBoundary: Problem,
        children: [
          { index: true, element: <Navigate to={`/${PAGES[0]!.key}`} replace /> },
          ...PAGES.map((page) => ({ element: <Guarded action={page.action} />, children: page.routes })),
          { path: "*", element: <Problem /> },
        ],
      },
    ],
  },
]);
