import { type ReactNode, createContext, useContext } from "react";
import type { Schema } from "../api/client";

const Context = createContext<Schema["Me"] | null>(null);

export function MeProvider({ me, children }: { me: Schema["Me"]; children: ReactNode }) {
  return <Context value={me}>{children}</Context>;
}

/** Who has signed in. */
export function useMe(): Schema["Me"] {
  const me = useContext(Context);
  if (!me) throw new Error("useMe outside of MeProvider");
  return me;
}

/** Whether the role has an action; the server checks again. */
export const useMay = (action: string) => useMe().actions.includes(action);
