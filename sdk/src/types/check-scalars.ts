import { unreachable } from "../errors/unreachable.ts";
import { isCallable } from "../values/callable.ts";
import { Secret } from "../values/codec.ts";
import { isDir, isFile } from "../values/file.ts";
import type { Node } from "./compiled.ts";
import { describeType } from "./describe-type.ts";
import { mismatch, type Issue } from "./issue.ts";
import { nearestName } from "./nearest-name.ts";
import { hasExtension } from "./file-extension.ts";
import { formatCheck, isCalendarDate } from "./text-formats.ts";
import type { BigBound, EnumValue, IrOf } from "./type-ir.ts";

type Simple = IrOf<"null" | "boolean" | "date" | "bytes" | "dir" | "secret" | "task">;

/** Kinds with nothing to tell but whether a value is of them. */
export function scalarNode(ir: Simple): Node {
  const accepts = acceptor(ir);
  const expected = describeType(ir);
  return (value, issues) => {
    if (!accepts(value)) issues.push(mismatch(expected, value));
    return value;
  };
}

function acceptor(ir: Simple): (value: unknown) => boolean {
  switch (ir.kind) {
    case "null":
      return (value) => value === null;
    case "boolean":
      return (value) => typeof value === "boolean";
    case "date":
      return (value) => typeof value === "string" && isCalendarDate(value);
    case "bytes":
      return (value) => value instanceof Uint8Array;
    case "dir":
      return isDir;
    case "secret":
      return (value) => value instanceof Secret;
    case "task":
      return isCallable;
    default:
      return unreachable(ir);
  }
}

/** Text, with its rules tried only where there are any. */
export function textNode(ir: IrOf<"text">): Node {
  const rules = textRules(ir);
  return (value, issues) => {
    if (typeof value !== "string") issues.push(mismatch("text", value));
    else for (const rule of rules) if (!rule.holds(value)) issues.push(mismatch(rule.expected, value));
    return value;
  };
}

interface TextRule {
  readonly expected: string;
  readonly holds: (text: string) => boolean;
}

function textRules(ir: IrOf<"text">): readonly TextRule[] {
  const { minLength, maxLength, pattern, format } = ir;
  const rules: TextRule[] = [];
  if (minLength === 1) rules.push({ expected: "text that is not empty", holds: (text) => text.length > 0 });
  else if (minLength !== undefined) {
    rules.push({
      expected: `text of at least ${minLength} characters`,
      holds: (text) => text.length >= minLength,
    });
  }
  if (maxLength !== undefined) {
    rules.push({
      expected: `text of at most ${maxLength} characters`,
      holds: (text) => text.length <= maxLength,
    });
  }
  if (pattern !== undefined) {
    const expression = new RegExp(pattern, ir.flags);
    rules.push({
      expected: format ?? `text that matches ${expression}`,
      holds: (text) => expression.test(text),
    });
  } else if (format !== undefined) {
    rules.push({ expected: format, holds: formatCheck(format) ?? (() => true) });
  }
  return rules;
}

/** Numbers are finite, integers safe; `-0` becomes `0`, since a stored value cannot tell them apart. */
export function numberNode(ir: IrOf<"number" | "integer">): Node {
  const whole = ir.kind === "integer";
  const bounded = ir.min !== undefined || ir.max !== undefined || ir.multipleOf !== undefined;
  return (value, issues) => {
    if (typeof value !== "number" || !(whole ? Number.isSafeInteger(value) : Number.isFinite(value))) {
      issues.push(mismatch(ir.kind, value));
      return value;
    }
    if (bounded) checkBounds(ir, value, issues);
    return value === 0 ? 0 : value;
  };
}

function checkBounds(ir: IrOf<"number" | "integer">, value: number, issues: Issue[]): void {
  const { min, max, multipleOf } = ir;
  if (min !== undefined && (value < min.value || (min.open && value === min.value))) {
    issues.push(mismatch(`${ir.kind} ${min.open ? "above" : "of at least"} ${min.value}`, value));
  }
  if (max !== undefined && (value > max.value || (max.open && value === max.value))) {
    issues.push(mismatch(`${ir.kind} ${max.open ? "below" : "of at most"} ${max.value}`, value));
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    issues.push(mismatch(`multiple of ${multipleOf}`, value));
  }
}

/** 0.3 is a multiple of 0.1 although binary fractions say otherwise. */
function isMultiple(value: number, step: number): boolean {
  const ratio = value / step;
  return Math.abs(ratio - Math.round(ratio)) <= Number.EPSILON * Math.max(1, Math.abs(ratio)) * 4;
}

export function bigintNode(ir: IrOf<"bigint">): Node {
  const step = ir.multipleOf === undefined ? undefined : BigInt(ir.multipleOf);
  const below = outside(ir.min, (value, bound) => value < bound);
  const above = outside(ir.max, (value, bound) => value > bound);
  return (value, issues) => {
    if (typeof value !== "bigint") issues.push(mismatch("bigint", value));
    else if (below(value))
      issues.push(mismatch(`bigint ${ir.min?.open ? "above" : "of at least"} ${ir.min?.value}`, value));
    else if (above(value))
      issues.push(mismatch(`bigint ${ir.max?.open ? "below" : "of at most"} ${ir.max?.value}`, value));
    else if (step !== undefined && value % step !== 0n) issues.push(mismatch(`multiple of ${step}`, value));
    return value;
  };
}

function outside(
  bound: BigBound | undefined,
  beyond: (value: bigint, bound: bigint) => boolean,
): (value: bigint) => boolean {
  if (bound === undefined) return () => false;
  const limit = BigInt(bound.value);
  return (value) => beyond(value, limit) || (bound.open === true && value === limit);
}

export function enumNode(ir: IrOf<"enum">): Node {
  const values: ReadonlySet<unknown> = new Set(ir.values);
  return (value, issues) => {
    if (values.has(value)) return value === 0 ? 0 : value;
    issues.push(enumIssue(ir, value));
    return value;
  };
}

function enumIssue(ir: IrOf<"enum">, value: unknown): Issue {
  const issue = mismatch(describeType(ir), value);
  const isText = (known: EnumValue): known is string => typeof known === "string";
  const meant = typeof value === "string" ? nearestName(value, ir.values.filter(isText)) : undefined;
  return meant === undefined
    ? issue
    : { ...issue, message: `${issue.message}; did you mean ${JSON.stringify(meant)}?` };
}

export function instantNode(ir: IrOf<"instant">): Node {
  const min = ir.min === undefined ? -Infinity : Date.parse(ir.min);
  const max = ir.max === undefined ? Infinity : Date.parse(ir.max);
  return (value, issues) => {
    const time = value instanceof Date ? value.getTime() : NaN;
    if (Number.isNaN(time)) issues.push(mismatch("instant", value));
    else if (time < min) issues.push(mismatch(`instant not before ${ir.min}`, value));
    else if (time > max) issues.push(mismatch(`instant not after ${ir.max}`, value));
    return value;
  };
}

export function fileNode(ir: IrOf<"file">): Node {
  const expected = describeType(ir);
  return (value, issues) => {
    if (!isFile(value) || !hasExtension(value.name, ir.extensions)) issues.push(mismatch(expected, value));
    return value;
  };
}
