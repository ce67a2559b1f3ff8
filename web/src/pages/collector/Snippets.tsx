import { Tabs, Typography } from "antd";
import { useTranslation } from "react-i18next";

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
  return (
    <Tabs
      size="small"
      items={(Object.keys(texts) as (keyof typeof texts)[]).map((key) => ({
        key,
        label: t(`collector.for.${key}`),
        children: (
          <Typography.Paragraph copyable={{ text: texts[key], tooltips: [t("collector.copy"), t("collector.copied")] }}>
            <pre tabIndex={0} aria-label={t(`collector.for.${key}`)} style={{ overflowX: "auto" }}>{texts[key]}</pre>
          </Typography.Paragraph>
        ),
      }))}
    />
  );
}
