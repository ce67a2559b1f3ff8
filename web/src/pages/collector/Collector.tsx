import { Card, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "../../app/me";
import { Incoming } from "./Incoming";
import { Keys } from "./Keys";
import { Quarantine } from "./Quarantine";

/** What programs and pages send: live counts, keys with what to paste, and events that could not be used. */
export function Component() {
  const { t } = useTranslation();
  const { actions } = useMe();
  return (
    <Flex vertical gap={16}>
      <Incoming />
      {actions.includes("collector.write") && (
        <Card size="small" title={t("collector.keys")}>
          <Keys />
        </Card>
      )}
      <Card size="small" title={t("collector.quarantine")}>
        <Quarantine />
      </Card>
    </Flex>
  );
}
