import { isPlainRecord, prefixPaths, withField } from "./check-collections.ts";
import type { Node } from "./compiled.ts";
import { describeType } from "./describe-type.ts";
import { describeFound, mismatch, type Issue } from "./issue.ts";
import { nearestName } from "./nearest-name.ts";
import type { RecordIr, TypeIr } from "./type-ir.ts";

interface Part {
  readonly key: string;
  readonly node: Node;
  readonly type: TypeIr;
  readonly optional: boolean;
  /** Gives a fresh copy of the default, if the field has one. */
  readonly fill: (() => unknown) | undefined;
  /** A name such as `constructor` is found on every object, so it must be looked for among the record's own. */
  readonly inherited: boolean;
}

/** The hot path of every border: a record that fits is given back as it is, with nothing allocated. */
export function recordNode(ir: RecordIr, compile: (ir: TypeIr) => Node): Node {
  const parts = partsOf(ir, compile);
  const closed = ir.extra !== "keep";
  return (value, issues) => {
    if (!isPlainRecord(value)) {
      issues.push(mismatch("record", value));
      return value;
    }
    let out = value;
    let present = 0;
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as Part;
      const item = part.inherited && !Object.hasOwn(value, part.key) ? undefined : value[part.key];
      if (item === undefined) {
        if (part.fill !== undefined)
          out = withField(out === value ? { ...value } : out, part.key, part.fill());
        else if (!part.optional) issues.push(missing(part));
        continue;
      }
      present++;
      const before = issues.length;
      const checked = part.node(item, issues);
      if (issues.length > before) prefixPaths(issues, before, part.key);
      else if (!Object.is(checked, item))
        out = withField(out === value ? { ...value } : out, part.key, checked);
    }
    if (closed && countKeys(value) !== present) reportUnknown(ir, value, issues);
    return out;
  };
}

function partsOf(ir: RecordIr, compile: (ir: TypeIr) => Node): readonly Part[] {
  return Object.entries(ir.fields).map(([key, field]) => ({
    key,
    node: compile(field.type),
    type: field.type,
    optional: field.optional === true,
    fill: field.default === undefined ? undefined : filler(field.default.value),
    inherited: key in Object.prototype,
  }));
}

/** A default must not be shared between values: a task may change what it is given. */
function filler(value: unknown): () => unknown {
  return typeof value === "object" && value !== null ? () => copyOf(value) : () => value;
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Set) return new Set([...value].map(copyOf));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [copyOf(key), copyOf(item)]));
  if (!isPlainRecord(value)) return value;
  return Object.entries(value).reduce((copy, [key, item]) => withField(copy, key, copyOf(item)), {});
}

function countKeys(value: object): number {
  let count = 0;
  for (const _key in value) count++;
  return count;
}

function missing(part: Part): Issue {
  const expected = describeType(part.type);
  return { path: [part.key], message: `is missing; expected ${expected}`, expected, found: "nothing" };
}

function reportUnknown(ir: RecordIr, value: Readonly<Record<string, unknown>>, issues: Issue[]): void {
  const absent = Object.keys(ir.fields).filter((name) => !Object.hasOwn(value, name));
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(ir.fields, key) || value[key] === undefined) continue;
    const meant = nearestName(key, absent) ?? nearestName(key, Object.keys(ir.fields));
    const hint =
      meant === undefined
        ? `; known are ${Object.keys(ir.fields).join(", ") || "none"}`
        : `; did you mean "${meant}"?`;
    issues.push({
      path: [key],
      message: `is not a known field${hint}`,
      expected: "nothing",
      found: describeFound(value[key]),
    });
  }
}
