import type { Node } from "./compiled.ts";
import { describeFound, mismatch, type Issue } from "./issue.ts";
import type { IrOf, TypeIr } from "./type-ir.ts";

type Compile = (ir: TypeIr) => Node;

export function listNode(ir: IrOf<"list">, item: Node): Node {
  return (value, issues) => {
    if (!Array.isArray(value)) {
      issues.push(mismatch("list", value));
      return value;
    }
    checkCount(ir, value.length, issues);
    return checkItems(value, () => item, issues);
  };
}

export function tupleNode(ir: IrOf<"tuple">, compile: Compile): Node {
  const items = ir.items.map(compile);
  const rest = ir.rest === undefined ? undefined : compile(ir.rest);
  const expected = `list of ${rest === undefined ? "" : "at least "}${items.length} items`;
  return (value, issues) => {
    if (
      !Array.isArray(value) ||
      value.length < items.length ||
      (rest === undefined && value.length > items.length)
    ) {
      issues.push(mismatch(expected, value));
      return value;
    }
    return checkItems(value, (index) => items[index] ?? rest, issues);
  };
}

/** The same list where no item changes, else a copy. */
function checkItems(
  list: readonly unknown[],
  nodeAt: (index: number) => Node | undefined,
  issues: Issue[],
): readonly unknown[] {
  let out: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const node = nodeAt(index);
    if (node === undefined) continue;
    const before = issues.length;
    const item = node(list[index], issues);
    if (issues.length > before) prefixPaths(issues, before, index);
    else if (!Object.is(item, list[index])) (out ??= [...list])[index] = item;
  }
  return out ?? list;
}

export function setNode(ir: IrOf<"set">, item: Node): Node {
  return (value, issues) => {
    if (!(value instanceof Set)) {
      issues.push(mismatch("set", value));
      return value;
    }
    const items: readonly unknown[] = [...value];
    checkCount(ir, items.length, issues);
    const checked = checkItems(items, () => item, issues);
    return checked === items ? value : new Set(checked);
  };
}

export function mapNode(ir: IrOf<"map">, compile: Compile): Node {
  const keyNode = compile(ir.key);
  const valueNode = compile(ir.value);
  return (value, issues) => {
    if (!(value instanceof Map)) {
      issues.push(mismatch("map", value));
      return value;
    }
    checkCount(ir, value.size, issues);
    let changed = false;
    const out = new Map<unknown, unknown>();
    for (const [key, item] of value as ReadonlyMap<unknown, unknown>) {
      const before = issues.length;
      const newKey = keyNode(key, issues);
      const newItem = valueNode(item, issues);
      if (issues.length > before) prefixPaths(issues, before, mapKey(key));
      changed ||= !Object.is(newKey, key) || !Object.is(newItem, item);
      if (out.has(newKey)) issues.push({ ...mismatch("each key once", newKey), path: [mapKey(key)] });
      out.set(newKey, newItem);
    }
    return changed ? out : value;
  };
}

const mapKey = (key: unknown): string | number =>
  typeof key === "string" || typeof key === "number" ? key : describeFound(key);

export function dictionaryNode(ir: IrOf<"dictionary">, compile: Compile): Node {
  const keyNode = ir.key === undefined ? undefined : compile(ir.key);
  const valueNode = compile(ir.value);
  return (value, issues) => {
    if (!isPlainRecord(value)) {
      issues.push(mismatch("record", value));
      return value;
    }
    let out = value;
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      const before = issues.length;
      keyNode?.(key, issues);
      const checked = valueNode(item, issues);
      if (issues.length > before) prefixPaths(issues, before, key);
      else if (!Object.is(checked, item)) out = withField(out === value ? { ...value } : out, key, checked);
    }
    return out;
  };
}

function checkCount(ir: IrOf<"list" | "set" | "map">, count: number, issues: Issue[]): void {
  if (ir.minItems !== undefined && count < ir.minItems)
    issues.push(countIssue(ir, `at least ${ir.minItems}`, count));
  if (ir.maxItems !== undefined && count > ir.maxItems)
    issues.push(countIssue(ir, `at most ${ir.maxItems}`, count));
}

function countIssue(ir: IrOf<"list" | "set" | "map">, limit: string, count: number): Issue {
  const expected = `${ir.kind} of ${limit} items`;
  return { path: [], message: `expected ${expected}, found ${count}`, expected, found: String(count) };
}

/** Puts a key in front of the issues that were added since `from`. */
export function prefixPaths(issues: Issue[], from: number, key: string | number): void {
  for (let index = from; index < issues.length; index++) {
    const issue = issues[index];
    if (issue !== undefined) issues[index] = { ...issue, path: [key, ...issue.path] };
  }
}

/** A record as the codec writes it: its prototype is `Object.prototype`, of any realm, or null. */
export function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

/** Sets a field as a field, even one named `__proto__`, and gives the record back. */
export function withField(
  record: Readonly<Record<string, unknown>>,
  key: string,
  value: unknown,
): Record<string, unknown> {
  return Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
}
