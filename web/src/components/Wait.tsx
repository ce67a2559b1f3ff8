import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { Failed } from "./Failed";

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** What was asked for, once it is there; until then a sketch of it, or what went wrong. */
export function Wait<T>({ asked, children }: { asked: Asked<T>; children: (data: T) => ReactNode }) {
  if (asked.error) return <Failed error={asked.error} retry={() => void asked.refetch()} />;
  if (asked.data === undefined) return <Skeleton active title={false} />; // its title would be a heading without words
  return <>{children(asked.data)}</>;
}
