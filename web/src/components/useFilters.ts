import { useSearchParams } from "react-router";

/** Filters that live in the address, so that every state of a page can be linked; another filter begins again at the first page. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const change = (name: string, values: string[]) => {
    const next = new URLSearchParams(params);
    next.delete(name);
    if (name !== "cursor") next.delete("cursor");
    for (const value of values) if (value) next.append(name, value);
    setParams(next);
  };
  return { params, change };
}

/** The sort of a table's head in the words of the API: `-` before a column is the largest first. */
export const sortOf = (sorter: unknown): string => {
  const one = (Array.isArray(sorter) ? sorter[0] : sorter) as { order?: string; columnKey?: unknown } | undefined;
  return one?.order ? `${one.order === "descend" ? "-" : ""}${String(one.columnKey)}` : "";
};

export const orderOf = (sort: string, key: string) => (sort === key ? "ascend" : sort === `-${key}` ? "descend" : null);
