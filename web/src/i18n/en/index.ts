// The words of each page are a file of their own; tests/words.test.ts compares the two languages.
import account from "./account.json";
import common from "./common.json";
import customers from "./customers.json";
import figures from "./figures.json";
import insight from "./insight.json";

export default {
  ...account,
  ...common,
  ...customers,
  ...figures,
  ...insight,
};
