import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMay } from "../../app/me";
import { Corrections } from "./Corrections";
import { Lineage } from "./Lineage";
import { Quality } from "./Quality";
import { Runs } from "./Runs";
import { Sources } from "./Sources";

export function Component() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const mayRun = useMay("runs.read");
  return (
    <Tabs
      activeKey={params.get("tab") ?? "sources"}
      onChange={(tab) => setParams({ tab })}
      destroyOnHidden
      tabBarGutter={16} // five tabs fit 390 px: what overflows goes into a button that axe does not like among tabs
      items={[
        { key: "sources", label: t("data.sources"), children: <Sources /> },
        { key: "quality", label: t("quality.title"), children: <Quality /> },
        { key: "corrections", label: t("corrections.title"), children: <Corrections /> },
        ...(mayRun ? [{ key: "runs", label: t("data.runs"), children: <Runs /> }] : []),
        { key: "lineage", label: t("data.lineage"), children: <Lineage /> },
      ]}
    />
  );
}
