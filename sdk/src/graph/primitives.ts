import { LigaseError } from "../errors/ligase-error.ts";
import { encode } from "../values/codec.ts";
import { isDir, isFile } from "../values/file.ts";

/* The operators on known values: what `primitive` nodes compute, in the reducer and in traced commands alike. */

export type Primitive = (operands: readonly unknown[]) => unknown;

/** Every primitive by its name in templates. A name is permanent: stored templates use it. */
export const primitives: Readonly<Record<string, Primitive>> = {
  eq: ([a, b]) => same(a, b),
  ne: ([a, b]) => !same(a, b),
  lt: ([a, b]) => order("lt", a, b) < 0,
  le: ([a, b]) => order("le", a, b) <= 0,
  gt: ([a, b]) => order("gt", a, b) > 0,
  ge: ([a, b]) => order("ge", a, b) >= 0,
  not: ([a]) => !bool("not", a),
  and: (all) => all.every((item) => bool("and", item)),
  or: (all) => all.some((item) => bool("or", item)),
  add: (all) => all.reduce((sum: number, item) => sum + num("add", item), 0),
  sub: ([a, b]) => num("sub", a) - num("sub", b),
  mul: (all) => all.reduce((product: number, item) => product * num("mul", item), 1),
  div: ([a, b]) => num("div", a) / nonZero("div", b),
  mod: ([a, b]) => num("mod", a) % nonZero("mod", b),
  min: (all) => Math.min(...all.map((item) => num("min", item))),
  max: (all) => Math.max(...all.map((item) => num("max", item))),
  round: ([a]) => Math.round(num("round", a)),
  ceil: ([a]) => Math.ceil(num("ceil", a)),
  sum: ([list]) => items("sum", list).reduce((sum: number, item) => sum + num("sum", item), 0),
  length: ([a]) => lengthOf(a),
  range: ([a]) => Array.from({ length: rangeLength(a) }, (_, index) => index),
  format: (parts) => parts.map(show).join(""),
  join: ([list, separator]) => items("join", list).map(show).join(show(separator)),
  split: ([a, separator]) => text("split", a).split(show(separator)),
  includes: ([a, b]) =>
    typeof a === "string" ? a.includes(show(b)) : items("includes", a).some((item) => same(item, b)),
  keys: ([a]) => Object.keys(record("keys", a)).toSorted(),
  values: ([a]) =>
    Object.keys(record("values", a))
      .toSorted()
      .map((key) => record("values", a)[key]),
  entries: ([a]) =>
    Object.keys(record("entries", a))
      .toSorted()
      .map((key) => ({ key, value: record("entries", a)[key] })),
  lookup: ([a, key]) => lookup(a, key),
  // Not `Object.assign`: a field named `__proto__` is a field.
  merge: (all) => Object.fromEntries(all.flatMap((item) => Object.entries(record("merge", item)))),
  fromEntries: ([list]) => fromEntries(items("fromEntries", list)),
  orElse: ([a, b]) => a ?? b,
  isNull: ([a]) => a === null || a === undefined,
};

/** Absent and null are the same (C13). */
function same(a: unknown, b: unknown): boolean {
  const [left, right] = [a ?? null, b ?? null];
  return (
    left === right ||
    (typeof left === "object" && typeof right === "object" && encode(left) === encode(right))
  );
}

function order(operator: string, a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  return num(operator, a) - num(operator, b);
}

function lengthOf(value: unknown): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  return Object.keys(record("length", value)).length;
}

/** Items that `range` makes at most: more are a mistake, and would not fit in memory as jobs. */
const MAX_RANGE = 10_000_000;

function rangeLength(count: unknown): number {
  const length = num("range", count);
  if (length <= MAX_RANGE) return length;
  throw misfit("range", `a number of at most ${MAX_RANGE.toLocaleString("en")}`, count);
}

function lookup(base: unknown, key: unknown): unknown {
  if (base instanceof Map) {
    if (!base.has(key)) throw misfit("lookup", `a map with ${brief(key)}`, base);
    return base.get(key) as unknown;
  }
  if (Array.isArray(base)) {
    const index = num("lookup", key);
    if (!Object.hasOwn(base, index)) throw misfit("lookup", `a list with an item ${index}`, base);
    return base[index] as unknown;
  }
  const name = show(key);
  const fields = record("lookup", base);
  if (!Object.hasOwn(fields, name)) throw misfit("lookup", `a record with "${name}"`, fields);
  return fields[name];
}

function fromEntries(list: readonly unknown[]): Record<string, unknown> {
  const pairs = list.map((item) => record("fromEntries", item));
  return Object.fromEntries(pairs.map((pair) => [text("fromEntries", pair["key"]), pair["value"]]));
}

/** Text of a value as `format` shows it. */
export function show(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (isFile(value) || isDir(value)) return value.name;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? encode(value) : String(value);
}

function num(operator: string, value: unknown): number {
  if (typeof value !== "number") throw misfit(operator, "a number", value);
  return value;
}

function nonZero(operator: string, value: unknown): number {
  if (value === 0) throw misfit(operator, "a divisor other than 0", value);
  return num(operator, value);
}

function bool(operator: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw misfit(operator, "true or false", value);
  return value;
}

function text(operator: string, value: unknown): string {
  if (typeof value !== "string") throw misfit(operator, "text", value);
  return value;
}

function items(operator: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw misfit(operator, "a list", value);
  return value;
}

function record(operator: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw misfit(operator, "a record", value);
  return value as Record<string, unknown>;
}

function misfit(operator: string, expected: string, value: unknown): LigaseError {
  const found =
    value === null || value === undefined
      ? "nothing"
      : Array.isArray(value)
        ? "a list"
        : `${typeof value} ${brief(value)}`;
  return new LigaseError("operator-not-applicable", { operator, expected, found });
}

function brief(value: unknown): string {
  try {
    const full = encode(value);
    return full.length > 60 ? full.slice(0, 57) + "…" : full;
  } catch {
    return "";
  }
}

/** One step into a known value: what `get` nodes compute. */
export function getPart(base: unknown, key: string | number): unknown {
  if (typeof base === "object" && base !== null) {
    if (Array.isArray(base)) {
      if (typeof key === "number" && key < base.length) return base[key] as unknown;
    } else if (isFile(base) || isDir(base)) {
      if (key === "name" || key === "size" || key === "digest") return base[key];
    } else if (Object.hasOwn(base, key)) return (base as Record<string, unknown>)[key];
    else if (typeof key === "string") return null;
  }
  throw misfit(`.${key}`, typeof key === "number" ? `a list with more than ${key} items` : "a record", base);
}
