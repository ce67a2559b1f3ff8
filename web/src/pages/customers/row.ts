import type { Schema } from "../../api/client";

export type Detail = Schema["CustomerDetail"];
export type Cells = Record<string, unknown>;

/** A cell as text; a null is a dash. */
export const text = (value: unknown): string => (value === null || value === undefined || value === "" ? "–" : String(value));

/** A cell as a number; a null stays one. */
export const number = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** A moment without its T and its seconds. */
export const moment = (value: unknown): string => text(value).replace("T", " ").slice(0, 16);
