// The words of each page are a file of their own; tests/words.test.ts compares the two languages.
import account from "./account.json";
import collector from "./collector.json";
import common from "./common.json";
import customers from "./customers.json";

export default {
  ...account,
  ...collector,
  ...common,
  ...customers,
};
