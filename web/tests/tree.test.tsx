import { expect, test } from "vitest";
import { type Group, brief, emptyGroup, fromTree, newId, toTree } from "../src/pages/segments/tree";

const days = { op: "<=", left: { column: "days" }, right: 90 };
const times = { op: ">=", left: { column: "times" }, right: 2 };
const baby = { op: "=", left: { column: "category" }, right: "母婴" };

// as kit/expression/trees.py writes them
const RULES: [string, unknown][] = [
  ["compared", { all: [{ op: ">=", left: { column: "r_score" }, right: 4 }, { op: "<", left: { column: "registered_on" }, right: { date: "2025-01-31" } }] }],
  ["chosen and between", { any: [{ op: "in", left: { column: "city" }, values: ["武汉市", "长沙市"] }, { op: "between", left: { column: "age_years" }, low: 20, high: 30 }] }],
  ["text and null", { all: [{ call: "contains", arguments: [{ column: "occupation" }, "师"] }, { not: { op: "is_null", left: { column: "city" } } }] }],
  ["behaviour", { all: [{ call: "did", arguments: ["order", times, days, baby] }, { not: { call: "did", arguments: ["login", days] } }] }],
  ["measured", { all: [{ op: ">=", left: { call: "sum", arguments: ["order", { column: "net_amount" }, days] }, right: 1000 }, { op: ">", left: { call: "days_since", arguments: ["order"] }, right: 60 }] }],
  ["named", { all: [{ call: "in_segment", arguments: ["vip"] }, { not: { call: "has_tag", arguments: ["x"] } }] }],
  ["nested", { all: [{ not: { any: [{ op: "=", left: { column: "gender" }, right: "male" }, { all: [days, times] }] } }, { op: "=", left: { column: "city" }, right: "x" }] }],
  ["only in text", { any: [{ call: "then", arguments: ["view", "order", days] }, { op: ">", left: { op: "+", left: { column: "r_score" }, right: { column: "f_score" } }, right: 8 }] }],
];

test.each(RULES)("a rule goes into the builder and comes out the same: %s", (_, rule) => {
  expect(toTree(fromTree(rule))).toEqual(rule);
});

test("what has no form is kept and shown as written", () => {
  const built = fromTree({ op: ">", left: { op: "+", left: { column: "r_score" }, right: 1 }, right: 8 });
  expect(built.parts.map((part) => part.kind)).toEqual(["other"]);
  expect(built.parts[0]?.kind === "other" && brief(built.parts[0].tree)).toBe("r_score + 1 > 8");
});

test("a condition without a value is not asked yet", () => {
  const unfinished: Group = { ...emptyGroup(), parts: [{ id: newId(), not: false, kind: "attribute", column: "city", op: "=", value: null }] };
  expect(toTree(unfinished)).toBeNull();
  expect(toTree({ ...unfinished, parts: [...unfinished.parts, ...fromTree(baby).parts] })).toEqual({ all: [baby] });
});
