import { Button, Flex } from "antd";
import { useTranslation } from "react-i18next";

/** First and next page of a list with a cursor. */
export function Pager({ cursor, next, go }: { cursor: string | null; next: string | null | undefined; go: (cursor: string) => void }) {
  const { t } = useTranslation();
  return (
    <Flex justify="end" gap={8} style={{ marginTop: 12 }}>
      <Button disabled={!cursor} onClick={() => go("")}>{t("common.first")}</Button>
      <Button disabled={!next} onClick={() => go(next ?? "")}>{t("common.next")}</Button>
    </Flex>
  );
}
