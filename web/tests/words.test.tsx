import { expect, test } from "vitest";
import en from "../src/i18n/en";
import zh from "../src/i18n/zh";

const PLURAL = /_(one|other)$/; // Chinese has one form, English two

function keys(node: object, at = ""): string[] {
  return Object.entries(node).flatMap(([key, value]) => (typeof value === "object" ? keys(value as object, `${at}${key}.`) : [`${at}${key.replace(PLURAL, "")}`]));
}

const placeholders = (node: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) =>
      typeof value === "string"
        ? [[key.replace(PLURAL, ""), [...value.matchAll(/{{\s*(\w+)/g)].map((found) => found[1]).sort().join()]]
        : Object.entries(placeholders(value as object)).map(([below, names]) => [`${key}.${below}`, names]),
    ),
  );

test("both languages have the same keys", () => {
  expect([...new Set(keys(en))].sort()).toEqual([...new Set(keys(zh))].sort());
});

test("both languages fill the same places", () => {
  expect(placeholders(en)).toEqual(placeholders(zh));
});
