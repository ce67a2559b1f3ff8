import { Flex, Segmented, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const KINDS = ["browser", "python", "node", "http"] as const;

/** What to paste where, with this server's address and a key in it. */
export function Snippets({ writeKey }: { writeKey: string }) {
  const { t } = useTranslation();
  const server = location.origin;
  const texts = {
    browser: `<script>
  window.kezhi = window.kezhi || [];
  kezhi.push(["load", "${writeKey}"], ["page"]);
  // kezhi.push(["track", "add_to_cart", { product_id: "P1" }]);
  // kezhi.push(["identify", "user-1", { email: "li@example.test" }]);
</script>
<script async src="${server}/collector.js"></script>`,
    python: `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "${writeKey}"
analytics.host = "${server}"
analytics.track("user-1", "add_to_cart", {"product_id": "P1"})
analytics.flush()`,
    node: `// npm install @segment/analytics-node
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${writeKey}", host: "${server}" });
analytics.track({ userId: "user-1", event: "add_to_cart", properties: { product_id: "P1" } });
await analytics.closeAndFlush();`,
    http: `curl -u ${writeKey}: ${server}/v1/track -d '{"userId": "user-1", "event": "add_to_cart"}'`,
  };
  const [chosen, setChosen] = useState<keyof typeof texts>("browser");
  return (
    <Flex vertical gap={8} align="start">
      <Segmented<keyof typeof texts> size="small" aria-label={t("collector.use")} value={chosen} onChange={setChosen} options={KINDS.map((kind) => ({ value: kind, label: t(`collector.for.${kind}`) }))} />
      <Typography.Paragraph style={{ width: "100%" }} copyable={{ text: texts[chosen], tooltips: [t("collector.copy"), t("collector.copied")] }}>
        <pre tabIndex={0} aria-label={t(`collector.for.${chosen}`)}>{texts[chosen]}</pre>
      </Typography.Paragraph>
    </Flex>
  );
}
