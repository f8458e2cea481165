import { isCallable } from "../values/callable.ts";
import { Secret } from "../values/codec.ts";
import { isDir, isFile } from "../values/file.ts";

/** One way in which a value does not fit its type. */
export interface Issue {
  /** Field names and positions from the top of the value. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly expected: string;
  readonly found: string;
}

/** What a check says: the value with its defaults filled in, or everything that is wrong with it. */
export type CheckResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issues: readonly Issue[] };

/** A type compiled into a function. */
export type Check = (value: unknown) => CheckResult;

/** One line per issue: `samples[2].lane: expected integer, found "x"`. */
export function formatIssues(issues: readonly Issue[]): string {
  return issues.map((issue) => `${formatPath(issue.path) || "the value"}: ${issue.message}`).join("\n");
}

/** A path as one writes it in code: `samples[2].lane`. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key)) text += `[${JSON.stringify(key)}]`;
    else text += text === "" ? key : `.${key}`;
  }
  return text;
}

/** An issue at the place of the value itself; whoever holds the value puts its key in front. */
export function mismatch(expected: string, value: unknown): Issue {
  const found = describeFound(value);
  return { path: [], message: `expected ${expected}, found ${found}`, expected, found };
}

/** The value in a few words, for messages. */
export function describeFound(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value);
    case "bigint":
      return `${value}n`;
    case "undefined":
      return "nothing";
    case "function":
      return isCallable(value) ? "a task" : "a function";
    case "object":
      return describeObject(value);
    default:
      return String(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (Array.isArray(value))
    return value.length === 1 ? "a list of 1 item" : `a list of ${value.length} items`;
  if (isFile(value)) return `file ${JSON.stringify(value.name)}`;
  if (isDir(value)) return `folder ${JSON.stringify(value.name)}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  if (value instanceof Secret) return "a secret";
  if (isCallable(value)) return "a task";
  if (Symbol.for("ligase.node") in value) return "a lazy value";
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  const name = prototype?.constructor?.name;
  return name === undefined || name === "Object" ? "a record" : `an instance of ${name}`;
}
