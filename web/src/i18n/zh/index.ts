// The words of each page are a file of their own; tests/words.test.ts compares the two languages.
import account from "./account.json";
import audit from "./audit.json";
import common from "./common.json";
import customers from "./customers.json";
import users from "./users.json";

export default {
  ...account,
  ...audit,
  ...common,
  ...customers,
  ...users,
};
