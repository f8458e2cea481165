import { LigaseError } from "../errors/ligase-error.ts";
import { isLazy, nodeOf } from "../graph/lazy.ts";
import { containsLazy, lift } from "../graph/lift.ts";
import { callSite } from "../graph/node.ts";
import { assignable } from "../types/assignable.ts";
import { compileCheck, formatIssues, type Check } from "../types/check.ts";
import type { RecordIr, TypeIr } from "../types/type-ir.ts";

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
    if (field === undefined)
      throw wrongArgument(
        task,
        name,
        `there is no such input; inputs: ${Object.keys(input.fields).join(", ") || "none"}`,
      );
    if (value !== undefined) checkPart(task, name, value, field.type);
  }
  const missing = missingField(given, input.fields);
  if (missing !== undefined) throw wrongArgument(task, missing, "it is missing");
}

/** The arguments with the defaults of what is left out, as far as they are known when the call is written. */
export function withDefaults({ fields }: RecordIr, given: unknown): unknown {
  if (isLazy(given)) return given;
  const bound: Record<string, unknown> = { ...(given as Readonly<Record<string, unknown>>) };
  for (const [name, field] of Object.entries(fields)) {
    const value = bound[name] ?? field.default?.value;
    if (value === undefined || isLazy(value)) continue;
    const checked = containsLazy(value) ? null : checkOf(field.type)(value);
    bound[name] = checked?.ok === true ? checked.value : value;
  }
  return bound;
}

/** Where lazy parts stand in a structure, each part is checked by what is known of it. */
function checkPart(task: string, path: string, value: unknown, type: TypeIr): void {
  if (isLazy(value)) return checkType(task, path, nodeOf(value).type, type);
  if (!containsLazy(value)) return checkKnown(task, path, value, type);
  if (type.kind === "list" && Array.isArray(value)) {
    return value.forEach((item, index) => checkPart(task, `${path}[${index}]`, item, type.item));
  }
  if (type.kind === "record" && !Array.isArray(value)) return checkFields(task, path, value as object, type);
  checkType(task, path, lift(value).type, type);
}

function checkFields(task: string, path: string, value: object, { fields, extra }: RecordIr): void {
  for (const [name, part] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined && extra !== "keep")
      throw wrongArgument(
        task,
        `${path}.${name}`,
        `there is no such field; fields: ${Object.keys(fields).join(", ")}`,
      );
    if (field !== undefined && part !== undefined) checkPart(task, `${path}.${name}`, part, field.type);
  }
  const missing = missingField(value, fields);
  if (missing !== undefined) throw wrongArgument(task, `${path}.${missing}`, "it is missing");
}

const missingField = (given: object, fields: RecordIr["fields"]): string | undefined =>
  Object.keys(fields).find((name) => {
    const field = fields[name];
    return (
      (given as Record<string, unknown>)[name] === undefined &&
      field?.optional !== true &&
      field?.default === undefined
    );
  });

function checkKnown(task: string, path: string, value: unknown, type: TypeIr): void {
  const result = checkOf(type)(value);
  if (!result.ok) throw wrongArgument(task, path, formatIssues(result.issues));
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
