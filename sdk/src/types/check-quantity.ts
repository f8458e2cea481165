import type { Node } from "./compiled.ts";
import { describeType } from "./describe-type.ts";
import { mismatch } from "./issue.ts";
import type { TypeIr } from "./type-ir.ts";

export interface QuantityRules {
  readonly read: (input: string | number) => number | { readonly reason: string };
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** Durations and sizes: a number in the base unit, or text with a unit that becomes one. */
export function quantityNode(ir: TypeIr, { read, min = 0, max = Infinity }: QuantityRules): Node {
  const expected = describeType(ir);
  return (value, issues) => {
    const amount = typeof value === "number" || typeof value === "string" ? read(value) : undefined;
    if (typeof amount === "number" && amount >= min && amount <= max) return amount;
    const issue = mismatch(expected, value);
    const reason = typeof amount === "object" ? ` (${amount.reason})` : "";
    issues.push({ ...issue, message: issue.message + reason });
    return value;
  };
}
