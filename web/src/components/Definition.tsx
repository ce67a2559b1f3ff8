import { InfoCircleOutlined } from "@ant-design/icons";
import { Button, Flex, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "../app/me";

interface Props {
  of: string; // what is defined, as a screen reader says it
  means: string;
  formula?: string;
}

/** What a figure means and up to which day it counts; on hover, focus and touch. */
export function Definition({ of, means, formula }: Props) {
  const { t } = useTranslation();
  const day = useMe().project.as_of;
  const words = (
    <Flex vertical gap={4}>
      <span>{means}</span>
      {formula && <code className="formula">{formula}</code>}
      {day && <span>{t("common.asOf", { day })}</span>}
    </Flex>
  );
  return (
    <Tooltip title={words} trigger={["hover", "focus", "click"]}>
      <Button type="text" size="small" icon={<InfoCircleOutlined />} aria-label={t("figure.definition", { of })} />
    </Tooltip>
  );
}
