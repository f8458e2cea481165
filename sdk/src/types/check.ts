import { LigaseError } from "../errors/ligase-error.ts";
import { compileNode, resultOf } from "./compile-node.ts";
import { formatIssues, type Check, type CheckResult } from "./issue.ts";
import type { TypeIr } from "./type-ir.ts";

export { formatIssues, type Check, type CheckResult, type Issue } from "./issue.ts";

/**
 * Compiles a type into a check for values inside the engine. A value that fits comes back with its defaults filled in,
 * so that an omitted default and the same value given are equal; `-0` becomes `0`; durations and sizes become numbers.
 */
export function compileCheck(ir: TypeIr): Check {
  return resultOf(compileNode(ir));
}

/** The value of a result, or the error `type-mismatch`; `what` begins its message: `The input of "align"`. */
export function acceptedValue(result: CheckResult, what: string): unknown {
  if (result.ok) return result.value;
  throw new LigaseError("type-mismatch", { what, problems: formatIssues(result.issues) });
}
