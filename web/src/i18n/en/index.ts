// The words of each page are a file of their own; tests/words.test.ts compares the two languages.
import account from "./account.json";
import audit from "./audit.json";
import collector from "./collector.json";
import common from "./common.json";
import customers from "./customers.json";
import data from "./data.json";
import reports from "./reports.json";
import users from "./users.json";
import figures from "./figures.json";
import insight from "./insight.json";
import models from "./models.json";
import segments from "./segments.json";
import identity from "./identity.json";
import findings from "./findings.json";
import quality from "./quality.json";
import forecasts from "./forecasts.json";
import campaigns from "./campaigns.json";
import leads from "./leads.json";

export default {
  ...account,
  ...audit,
  ...collector,
  ...common,
  ...customers,
  ...data,
  ...reports,
  ...users,
  ...figures,
  ...insight,
  ...models,
  ...segments,
  ...identity,
  ...forecasts,
  ...campaigns,
  ...findings,
  ...quality,
  ...leads,
};
