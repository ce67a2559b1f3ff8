// Sends with the Node SDKs, as they are published: node send.mjs ADDRESS KEY. Prints what they say of success and failure.
import { Analytics } from "@segment/analytics-node";
import Rudder from "@rudderstack/rudder-sdk-node";
import { PostHog } from "posthog-node";

const [host, key] = process.argv.slice(2);
const said = { errors: [] };

const segment = new Analytics({ writeKey: key, host, flushInterval: 100, maxRetries: 2 });
segment.on("error", (error) => said.errors.push(`segment ${error.code}`));
segment.identify({ userId: "node-1", traits: { email: "n@example.test" } });
segment.track({ userId: "node-1", event: "Order Completed", properties: { revenue: 5 } });
segment.group({ userId: "node-1", groupId: "g" });
segment.alias({ previousId: "node-anon", userId: "node-1" });
segment.page({ userId: "node-1", name: "home" });
await segment.closeAndFlush({ timeout: 20000 });

for (const gzip of [true, false]) {
  const rudder = new Rudder(key, { dataPlaneUrl: host, flushInterval: 100, logLevel: "off", gzip, errorHandler: (error) => said.errors.push(`rudder ${error.message}`) });
  rudder.identify({ userId: `rudder-${gzip}`, traits: { name: "Li" } });
  rudder.track({ userId: `rudder-${gzip}`, event: "Order Completed", properties: { revenue: 5 } });
  await rudder.flush();
  await new Promise((done) => setTimeout(done, 400));
}

const posthog = new PostHog(key, { host, flushAt: 1 });
posthog.on("error", (error) => said.errors.push(`posthog ${error}`));
posthog.capture({ distinctId: "ph-1", event: "order completed", properties: { value: 1 } });
posthog.identify({ distinctId: "ph-1", properties: { email: "p@example.test" } });
posthog.alias({ distinctId: "ph-1", alias: "ph-anon" });
await posthog.shutdown();

const refused = new Analytics({ writeKey: "wk_wrong", host, flushInterval: 100, maxRetries: 3 });
said.refused = [];
refused.on("error", (error) => said.refused.push(error.code));
refused.track({ userId: "node-1", event: "E" });
await refused.closeAndFlush({ timeout: 20000 });
process.stdout.write(`\n${JSON.stringify(said)}\n`, () => process.exit(0));
