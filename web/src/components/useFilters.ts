import { useCallback } from "react";
import { type NavigateOptions, useSearchParams } from "react-router";

const PAGED = ["cursor", "before"]; // which page of the rows; another filter begins again at the first

type Values = string[] | ((before: string[]) => string[]);

/** Filters that live in the address, so that every state of a page can be linked, shared and gone back to. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (name: string, values: Values, options?: NavigateOptions) => {
      // Not `params`: a page learns of a change a moment later, and a second click in that moment would undo the first.
      const next = new URLSearchParams(window.location.search);
      const chosen = typeof values === "function" ? values(next.getAll(name)) : values;
      for (const one of PAGED.includes(name) ? [name] : [name, ...PAGED]) next.delete(one);
      for (const value of chosen) if (value) next.append(name, value);
      setParams(next, options);
    },
    [setParams],
  );
  return { params, change, setParams };
}

/** The sort of a table's head in the words of the API: `-` before a column is the largest first. */
export const sortOf = (sorter: unknown): string => {
  const one = (Array.isArray(sorter) ? sorter[0] : sorter) as { order?: string; columnKey?: unknown } | undefined;
  return one?.order ? `${one.order === "descend" ? "-" : ""}${String(one.columnKey)}` : "";
};

export const orderOf = (sort: string, key: string) => (sort === key ? "ascend" : sort === `-${key}` ? "descend" : null);
