import { Alert, Button, Card, Flex, Form, Input, Segmented, Typography } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api, http, queries, wordsOf } from "../api/client";
import { type Lang, setLang } from "../i18n";

/** Only an address of this site is gone to: `//elsewhere` and `https:` are not. */
const safe = (next: string | null) => (next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/");

export function Component() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const came = params.get("problem"); // of the company's sign-in
  const { data: ways } = api.useQuery("get", "/api/v1/sign-in/ways");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = t("signIn.title");
  }, [t]);

  const signIn = async (asked: { login: string; password: string }) => {
    setBusy(true);
    const { error } = await http.POST("/api/v1/sign-in", { body: asked });
    setBusy(false);
    setProblem(error ? (wordsOf(error) ?? t("common.failed")) : null);
    if (error) return;
    queries.clear();
    void navigate(safe(params.get("next")), { replace: true });
  };
  return (
    <main className="sign-in">
      <Card>
        <Flex justify="space-between" align="center" style={{ marginBottom: 16 }}>
          <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>{t("signIn.title")}</Typography.Title>
          <Segmented<Lang> aria-label={t("common.language")} size="small" value={i18n.language as Lang} onChange={setLang} options={[{ value: "zh", label: "中" }, { value: "en", label: "EN" }]} />
        </Flex>
        <Form layout="vertical" requiredMark={false} onFinish={signIn}>
          <Form.Item name="login" label={t("signIn.login")} rules={[{ required: true, message: t("signIn.loginNeeded") }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={t("signIn.password")} rules={[{ required: true, message: t("signIn.passwordNeeded") }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {came && !problem && <Alert type="error" showIcon role="alert" title={t(`signIn.problem.${came as "refused"}`, { defaultValue: t("signIn.problem.refused") })} style={{ marginBottom: 16 }} />}
          {problem && <Alert type="error" showIcon role="alert" title={problem} style={{ marginBottom: 16 }} />}
          <Button type="primary" htmlType="submit" loading={busy} block>{t("signIn.go")}</Button>
          {ways?.company && <Button block style={{ marginTop: 12 }} href={`/api/v1/sign-in/company?next=${encodeURIComponent(safe(params.get("next")))}`}>{t("signIn.company")}</Button>}
        </Form>
      </Card>
    </main>
  );
}
