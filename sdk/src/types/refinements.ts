import type * as core from "zod/v4/core";
import { safeParseAsync } from "zod/v4/core";
import type { CheckResult, Issue } from "./issue.ts";
import type { TypeIr } from "./type-ir.ts";

/** True when a type has named checks anywhere: then `runRefinements` must run where user functions run. */
export function hasRefinements(ir: TypeIr): boolean {
  if (ir.kind === "checked") return true;
  return partsOf(ir).some(hasRefinements);
}

function partsOf(ir: TypeIr): readonly TypeIr[] {
  switch (ir.kind) {
    case "record":
      return Object.values(ir.fields).map((field) => field.type);
    case "list":
    case "set":
      return [ir.item];
    case "sheet":
      return [ir.row];
    case "nullable":
      return [ir.inner];
    case "union":
      return ir.options;
    case "tuple":
      return ir.rest === undefined ? ir.items : [...ir.items, ir.rest];
    case "map":
      return [ir.key, ir.value];
    case "dictionary":
      return ir.key === undefined ? [ir.value] : [ir.key, ir.value];
    default:
      return [];
  }
}

/**
 * Runs the named checks of a schema on a value that its type has accepted. The value comes back as it was given: a
 * schema that `fromZod` accepts changes nothing.
 */
export async function runRefinements(schema: core.$ZodType, value: unknown): Promise<CheckResult> {
  const result = await safeParseAsync(schema, value);
  if (result.success) return { ok: true, value };
  return { ok: false, issues: result.error.issues.map(issueOf) };
}

function issueOf(issue: core.$ZodIssue): Issue {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  return { path, message: issue.message, expected: issue.message, found: "a value that does not pass" };
}
