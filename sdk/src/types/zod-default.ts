import { isDeepStrictEqual } from "node:util";
import { LigaseError } from "../errors/ligase-error.ts";
import { compileCheck } from "./check.ts";
import { formatIssues } from "./issue.ts";
import { compileParse } from "./parse.ts";
import type { Field, TypeIr } from "./type-ir.ts";
import { pathText, type Place } from "./zod-place.ts";

interface DefaultSource {
  /** Zod calls a function default anew at each reading. */
  readonly read: () => unknown;
  /** The default has the outside form (`prefault`). */
  readonly outside: boolean;
  readonly place: Place;
}

/** A field with a constant default that fits its type. Throws `type-default-not-static`, `type-default-invalid`. */
export function defaultField(type: TypeIr, { read, outside, place }: DefaultSource): Field {
  const value = constantOf(read, place);
  const result = outside ? compileParse(type)(value) : compileCheck(type)(value);
  if (result.ok) return { type, default: { value: result.value } };
  throw new LigaseError("type-default-invalid", {
    path: pathText(place),
    problems: formatIssues(result.issues),
  });
}

/**
 * Zod does not say whether a default is a function, but a function that computes shows itself: by a value that differs,
 * by a new `Date` each time, or by a clock reading that moves on within a millisecond.
 */
function constantOf(read: () => unknown, place: Place): unknown {
  const value = read();
  if (isClockReading(value)) waitForNextMillisecond();
  const again = read();
  const remade = value instanceof Date && value !== again;
  if (!remade && isDeepStrictEqual(value, again)) return value;
  throw new LigaseError("type-default-not-static", { path: pathText(place) });
}

function isClockReading(value: unknown): boolean {
  const now = Date.now();
  if (typeof value === "number") return Math.abs(value - now) < 1_000;
  return typeof value === "string" && Math.abs(Date.parse(value) - now) < 1_000;
}

function waitForNextMillisecond(): void {
  const start = Date.now();
  while (Date.now() === start);
}
