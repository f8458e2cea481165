import type * as core from "zod/v4/core";
import type { TypeIr } from "./type-ir.ts";
import { notSupported, type Place } from "./zod-place.ts";

export type Check = core.$ZodChecks;

/** The checks of a schema, its own first where the schema is one itself, as `z.email()` and `z.int()` are. */
export function checksOf(schema: core.$ZodType): readonly Check[] {
  const def = schema._zod.def as { readonly check?: string; readonly checks?: readonly unknown[] };
  const own = def.check === undefined || def.check === "custom" ? [] : [schema];
  return [...own, ...(def.checks ?? [])] as readonly Check[];
}

/** Adds the checks that the description cannot say; they run where user functions run, before the body. */
export function withChecks(type: TypeIr, schema: core.$ZodType, place: Place): TypeIr {
  return withNamed(type, checksOf(schema), place);
}

/** Like `withChecks`, for what is left of the checks after those that the type itself says. */
export function withNamed(type: TypeIr, checks: readonly Check[], place: Place): TypeIr {
  const names = checks.filter(isRule).map((check, index) => nameOf(check, index, place));
  if (names.length === 0) return type;
  if (type.kind === "checked") return { ...type, checks: [...type.checks, ...names] };
  return { kind: "checked", inner: type, checks: names };
}

const isRule = (check: Check): boolean => !["describe", "meta"].includes(check._zod.def.check);

interface CheckDef {
  readonly check: string;
  readonly format?: string;
  readonly error?: (...args: unknown[]) => unknown;
  readonly fn?: (...args: never[]) => unknown;
}

function nameOf(check: Check, index: number, place: Place): string {
  const def = check._zod.def as CheckDef;
  if (def.check === "overwrite") {
    throw notSupported(
      place,
      "overwrite",
      "trim, toLowerCase and the like change the value, which only the body of a task may do",
    );
  }
  if (def.check !== "custom") return def.format ?? def.check;
  // A message that takes no argument is a constant: the best name that a check can have.
  const message = def.error?.length === 0 ? def.error() : undefined;
  if (typeof message === "string") return message;
  return def.fn?.name || `check ${index + 1}`;
}
