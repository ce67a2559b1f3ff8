import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
const asked = localStorage.getItem("dark");
let dark = asked === null ? matchMedia("(prefers-color-scheme: dark)").matches : asked === "1";

export function setDark(value: boolean) {
  dark = value;
  localStorage.setItem("dark", value ? "1" : "0");
  for (const tell of listeners) tell();
}

export const useDark = () =>
  useSyncExternalStore(
    (tell) => (listeners.add(tell), () => listeners.delete(tell)),
    () => dark,
  );
