import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Wait } from "../../components/Wait";
import { useTab } from "../../components/useTab";
import { Groups } from "./Groups";
import { Matrix } from "./Matrix";
import { Moves } from "./Moves";
import { Stages } from "./Stages";
import { Tiers } from "./Tiers";

const TABS = ["rfm", "lifecycle", "tiers"] as const;

export function Component() {
  const { t } = useTranslation();
  const [tab, setTab] = useTab(TABS);
  return <Tabs activeKey={tab} onChange={setTab} destroyOnHidden items={TABS.map((key) => ({ key, label: t(`rfm.tab.${key}`), children: key === "rfm" ? <RfmTab /> : <LifecycleTab tiers={key === "tiers"} /> }))} />;
}

function RfmTab() {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/rfm", {});
  return (
    <Wait asked={asked}>
      {(data) => (
        <div className="stack">
          <Matrix cells={data.cells} />
          <Groups groups={data.groups} />
          <Moves title={t("rfm.migration")} means={t("rfm.migrationMeans")} since={data.moved_from_on} moves={data.moves} order={data.groups.map((one) => one.rfm_group)} />
        </div>
      )}
    </Wait>
  );
}

function LifecycleTab({ tiers }: { tiers: boolean }) {
  const { t } = useTranslation();
  const asked = api.useQuery("get", "/api/v1/lifecycle", {});
  return (
    <Wait asked={asked}>
      {(data) =>
        tiers ? (
          <Tiers tiers={data.tiers} />
        ) : (
          <div className="stack">
            <Stages stages={data.stages} steps={data.aarrr} />
            <Moves title={t("rfm.transitions")} means={t("rfm.transitionsMeans")} since={data.moved_from_on} moves={data.moves} order={data.stages.map((one) => one.stage)} withDwell />
          </div>
        )
      }
    </Wait>
  );
}
