import { Tag } from "antd";
import type { ReactNode } from "react";
import { useDark } from "../app/dark";

export type Tone = "good" | "fair" | "bad" | "plain";

// antd's own green and orange inks are under WCAG AA on their grounds
const INK = {
  light: { good: "#1f6b04", fair: "#7a4100", bad: "#a8071a" },
  dark: { good: "#95de64", fair: "#ffd666", bad: "#ff9a94" },
};
const GROUND = { good: "rgba(82, 196, 26, .14)", fair: "rgba(250, 173, 20, .16)", bad: "rgba(245, 34, 45, .12)" };

/** A word in a tag whose colour says whether it is good; the word says it too. */
export function Level({ tone, children }: { tone: Tone; children: ReactNode }) {
  const dark = useDark();
  return tone === "plain" ? <Tag>{children}</Tag> : <Tag style={{ color: INK[dark ? "dark" : "light"][tone], background: GROUND[tone] }}>{children}</Tag>;
}
