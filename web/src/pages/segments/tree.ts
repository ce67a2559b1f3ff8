/**
 * What the visual builder edits, and how it becomes the JSON tree of the expression language (kit/expression/trees.py) and back.
 * A part of a rule that the builder has no form for is kept as it is and shown as written.
 */
export type Literal = string | number | { date: string };
export type Value = Literal | Literal[] | null; // a list for `in` and `between`
export type Json = unknown;

export interface Condition {
  column: string;
  op: string;
  value: Value;
}
interface Of {
  id: number;
  not: boolean;
}
export type Group = Of & { kind: "group"; join: "all" | "any"; parts: Node[] };
export type Attribute = Of & Condition & { kind: "attribute" };
export type Deed = Of & { kind: "deed"; verb: string; deed: string; measure: string | null; op: string; number: number | null; days: number | null; conditions: Condition[] };
export type Named = Of & { kind: "tag" | "member"; value: string | null };
export type Other = Of & { kind: "other"; tree: Json };
export type Node = Group | Attribute | Deed | Named | Other;

export const COMPARE = ["=", "<>", "<", "<=", ">", ">="];
export const WORDS = ["contains", "starts_with", "ends_with"];
export const MEASURED = ["sum", "average", "min", "max"];
export const VERBS = ["did", ...MEASURED, "days_since", "days_since_first"];
export const DAYS = "days";
const TIMES = "times";

let last = 0;
export const newId = () => ++last;
export const emptyGroup = (join: "all" | "any" = "all"): Group => ({ id: newId(), kind: "group", not: false, join, parts: [] });

// --- from the tree ---------------------------------------------------------------------------------

type Fields = Record<string, Json>;
const fields = (tree: Json): Fields => (tree !== null && typeof tree === "object" && !Array.isArray(tree) ? (tree as Fields) : {});
const list = (of: Json): Json[] => (Array.isArray(of) ? of : []);
const columnOf = (tree: Json): string | null => (typeof fields(tree).column === "string" ? (fields(tree).column as string) : null);

function literal(tree: Json): Literal | null {
  if (typeof tree === "string" || typeof tree === "number") return tree;
  const { date, decimal, minus } = fields(tree);
  if (typeof date === "string") return { date };
  if (typeof decimal === "string") return Number(decimal);
  const below = minus === undefined ? null : literal(minus);
  return typeof below === "number" ? -below : null;
}

function condition(tree: Json): Condition | null {
  const { op, left, right, low, high, values, call } = fields(tree);
  if (typeof call === "string" && WORDS.includes(call)) {
    const [of, part] = list(fields(tree).arguments);
    const column = columnOf(of);
    return column && typeof part === "string" ? { column, op: call, value: part } : null;
  }
  const column = columnOf(left);
  if (!column || typeof op !== "string") return null;
  if (op === "is_null") return { column, op, value: null };
  if (op === "between" || op === "in") {
    const found = (op === "in" ? list(values) : [low, high]).map(literal);
    return found.every((one) => one !== null) ? { column, op, value: found } : null;
  }
  const value = literal(right);
  return COMPARE.includes(op) && value !== null ? { column, op, value } : null;
}

function deed(verb: string, given: Json[], compared: { op: string; number: number } | null): Omit<Deed, keyof Of> | null {
  const rest = [...given];
  const name = rest.shift();
  const measure = MEASURED.includes(verb) ? columnOf(rest.shift()) : null;
  if (typeof name !== "string" || (MEASURED.includes(verb) && !measure)) return null;
  let number: number | null = compared?.number ?? null;
  let op = compared?.op ?? ">=";
  let days: number | null = null;
  const conditions: Condition[] = [];
  for (const part of rest) {
    const one = condition(part);
    if (!one) return null;
    if (one.column === DAYS && one.op === "<=" && typeof one.value === "number" && days === null) days = one.value;
    else if (one.column === TIMES && verb === "did" && COMPARE.includes(one.op) && typeof one.value === "number") [op, number] = [one.op, one.value];
    else if (one.column === TIMES) return null;
    else conditions.push(one);
  }
  return { kind: "deed", verb, deed: name, measure, op, number, days, conditions };
}

function plain(tree: Json): Node {
  const of = { id: newId(), not: false };
  const { all, any, not, call, op, left, right } = fields(tree);
  if (Array.isArray(all) || Array.isArray(any)) return { ...of, kind: "group", join: all ? "all" : "any", parts: list(all ?? any).map(plain) };
  if (not !== undefined) {
    const inner = plain(not);
    return inner.not ? { ...emptyGroup(), not: true, parts: [inner] } : { ...inner, not: true };
  }
  const given = list(fields(tree).arguments);
  if ((call === "has_tag" || call === "in_segment") && typeof given[0] === "string") return { ...of, kind: call === "has_tag" ? "tag" : "member", value: given[0] };
  const verb = fields(left).call;
  const number = literal(right);
  const done =
    call === "did" ? deed("did", given, null)
    : typeof verb === "string" && VERBS.includes(verb) && typeof op === "string" && COMPARE.includes(op) && typeof number === "number"
      ? deed(verb, list(fields(left).arguments), { op, number })
      : null;
  if (done) return { ...of, ...done };
  const one = condition(tree);
  return one ? { ...of, kind: "attribute", ...one } : { ...of, kind: "other", tree };
}

/** The builder's form of a tree; the outermost is always a group, to which one can add. */
export function fromTree(tree: Json): Group {
  if (tree === null || tree === undefined) return emptyGroup();
  const node = plain(tree);
  return node.kind === "group" ? node : { ...emptyGroup(), parts: [node] };
}

// --- to the tree -----------------------------------------------------------------------------------

const filled = (value: Value): boolean => (Array.isArray(value) ? value.length > 0 && value.every((one) => filled(one)) : value !== null && value !== "" && (typeof value !== "object" || value.date !== ""));

function written({ column, op, value }: Condition): Json | null {
  if (op === "is_null") return column ? { op, left: { column } } : null;
  if (!column || !filled(value)) return null;
  if (WORDS.includes(op)) return { call: op, arguments: [{ column }, value] };
  if (op === "in") return { op, left: { column }, values: value };
  if (op === "between") return Array.isArray(value) && value.length === 2 ? { op, left: { column }, low: value[0], high: value[1] } : null;
  return { op, left: { column }, right: value };
}

function asked(node: Deed): Json | null {
  if (!node.deed || (MEASURED.includes(node.verb) && !node.measure)) return null;
  const within = node.days === null ? [] : [{ op: "<=", left: { column: DAYS }, right: node.days }];
  const conditions = node.conditions.map(written).filter((one) => one !== null);
  const times = node.verb === "did" && node.number !== null ? [{ op: node.op, left: { column: TIMES }, right: node.number }] : [];
  const call = { call: node.verb, arguments: [node.deed, ...(node.measure ? [{ column: node.measure }] : []), ...times, ...within, ...conditions] };
  if (node.verb === "did") return call;
  return node.number === null ? null : { op: node.op, left: call, right: node.number };
}

function bare(node: Node): Json | null {
  switch (node.kind) {
    case "group": {
      const parts = node.parts.map(toTree).filter((one) => one !== null);
      return parts.length === 0 ? null : { [node.join]: parts };
    }
    case "attribute":
      return written(node);
    case "deed":
      return asked(node);
    case "other":
      return node.tree;
    default:
      return node.value ? { call: node.kind === "tag" ? "has_tag" : "in_segment", arguments: [node.value] } : null;
  }
}

/** The tree of what is complete; null where nothing is yet. */
export function toTree(node: Node): Json | null {
  const tree = bare(node);
  return tree !== null && node.not ? { not: tree } : tree;
}

/** A part without a form, as it is written: only to be read. */
export function brief(tree: Json): string {
  if (typeof tree === "string") return `'${tree}'`;
  if (typeof tree !== "object" || tree === null) return String(tree);
  const of = tree as Fields;
  if (typeof of.column === "string") return of.column;
  if (typeof of.date === "string") return `'${of.date}'`;
  if (typeof of.decimal === "string") return of.decimal;
  if (of.minus !== undefined) return `-${brief(of.minus)}`;
  if (of.not !== undefined) return `NOT ${brief(of.not)}`;
  if (Array.isArray(of.all)) return `(${of.all.map(brief).join(" AND ")})`;
  if (Array.isArray(of.any)) return `(${of.any.map(brief).join(" OR ")})`;
  if (typeof of.call === "string") return `${of.call}(${list(of.arguments).map(brief).join(", ")})`;
  if (of.op === "in") return `${brief(of.left)} IN (${list(of.values).map(brief).join(", ")})`;
  if (of.op === "between") return `${brief(of.left)} BETWEEN ${brief(of.low)} AND ${brief(of.high)}`;
  if (of.op === "is_null") return `${brief(of.left)} IS NULL`;
  if (of.op === "like") return `${brief(of.left)} LIKE '${String(of.pattern)}'`;
  return `${brief(of.left)} ${String(of.op)} ${brief(of.right)}`;
}
