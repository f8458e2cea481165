import { LigaseError } from "../errors/ligase-error.ts";
import { isLazy, nodeOf } from "../graph/lazy.ts";
import { lift } from "../graph/lift.ts";
import { callSite } from "../graph/node.ts";
import { assignable } from "../types/assignable.ts";
import { compileCheck, formatIssues, type Check } from "../types/check.ts";
import type { Field, RecordIr, TypeIr } from "../types/type-ir.ts";

/**
 * Checks what is known of arguments when the call is written: names, constants, and the types of lazy values.
 * Throws `wrong-argument`.
 */
export function checkArguments(task: string, input: RecordIr, given: unknown): void {
  if (isLazy(given)) return checkType(task, "", nodeOf(given).type, input);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrongArgument(task, "", "arguments are one record, by name");
  }
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(input.fields, name) ? input.fields[name] : undefined;
    if (field === undefined) throw wrongArgument(task, name, `there is no such input; inputs: ${Object.keys(input.fields).join(", ") || "none"}`);
    if (value !== undefined) checkArgument(task, name, value, field);
  }
  for (const [name, field] of Object.entries(input.fields)) {
    const missing = (given as Record<string, unknown>)[name] === undefined;
    if (missing && field.optional !== true && field.default === undefined) throw wrongArgument(task, name, "it is missing");
  }
}

function checkArgument(task: string, name: string, value: unknown, field: Field): void {
  const node = lift(value);
  const operation = node.scope === null ? node.make([], []) : null;
  if (operation?.op !== "value") return checkType(task, name, node.type, field.type);
  const result = checkOf(field.type)(operation.value);
  if (!result.ok) throw wrongArgument(task, name, formatIssues(result.issues));
}

function checkType(task: string, name: string, from: TypeIr | undefined, to: TypeIr): void {
  if (from === undefined) return;
  const fits = assignable(from, to);
  if (fits !== true) throw wrongArgument(task, below(name, fits.path), fits.reason);
}

const below = (name: string, path: string): string =>
  name === "" || path === "" || path.startsWith("[") ? name + path : `${name}.${path}`;

const checks = new WeakMap<TypeIr, Check>();

function checkOf(type: TypeIr): Check {
  let check = checks.get(type);
  if (check === undefined) checks.set(type, (check = compileCheck(type)));
  return check;
}

function wrongArgument(task: string, path: string, reason: string): LigaseError {
  return new LigaseError("wrong-argument", { task, path, reason, at: callSite() ?? null });
}
