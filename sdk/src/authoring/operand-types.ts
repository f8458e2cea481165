import { LigaseError } from "../errors/ligase-error.ts";
import { callSite, type GraphNode } from "../graph/node.ts";
import { describeType } from "../types/assignable.ts";
import type { TypeIr } from "../types/type-ir.ts";

type Expected = "number" | "true or false" | "a list";

const KINDS: Readonly<Record<Expected, ReadonlySet<TypeIr["kind"]>>> = {
  number: new Set(["number", "integer", "duration", "size"]),
  "true or false": new Set(["boolean"]),
  "a list": new Set(["list", "tuple", "sheet"]),
};

/** Refuses an operand that can never be what its operator needs. Throws `operator-not-applicable`. */
export function checkOperand(operator: string, operand: GraphNode, expected: Expected): void {
  const { type } = operand;
  if (type === undefined || canBe(type, expected)) return;
  throw new LigaseError("operator-not-applicable", {
    operator,
    expected: article(expected),
    found: describeType(type),
    at: callSite() ?? null,
  });
}

/** The same for several. */
export const checkOperands = (operator: string, operands: readonly GraphNode[], expected: Expected): void =>
  operands.forEach((operand) => checkOperand(operator, operand, expected));

function canBe(type: TypeIr, expected: Expected): boolean {
  switch (type.kind) {
    case "any":
      return true;
    case "checked":
    case "nullable":
      return canBe(type.inner, expected);
    case "union":
      return type.options.some((option) => canBe(option, expected));
    case "enum":
      return type.values.some((value) =>
        expected === "number"
          ? typeof value === "number"
          : expected === "true or false" && typeof value === "boolean",
      );
    default:
      return KINDS[expected].has(type.kind);
  }
}

const article = (expected: Expected): string => (expected === "number" ? "a number" : expected);
