import type * as core from "zod/v4/core";
import type { BigBound, Bound, IrOf, TypeIr } from "./type-ir.ts";
import { checksOf, withNamed, type Check } from "./zod-checks.ts";
import { notSupported, type Place } from "./zod-place.ts";

type Draft<K extends TypeIr["kind"]> = { -readonly [F in keyof IrOf<K>]: IrOf<K>[F] };

const NUMBER_FORMATS: Readonly<
  Record<string, { readonly whole: boolean; readonly min?: number; readonly max?: number }>
> = {
  safeint: { whole: true },
  int32: { whole: true, min: -(2 ** 31), max: 2 ** 31 - 1 },
  uint32: { whole: true, min: 0, max: 2 ** 32 - 1 },
  float32: { whole: false, min: -(2 ** 128 - 2 ** 104), max: 2 ** 128 - 2 ** 104 },
  float64: { whole: false },
};

/** A number with the tightest of its bounds. */
export function numberType(schema: core.$ZodType, place: Place): TypeIr {
  const type: Draft<"number" | "integer"> = { kind: "number" };
  const rest: Check[] = [];
  for (const check of checksOf(schema)) {
    const def = check._zod.def;
    if (def.check === "greater_than") raiseMin(type, bound(Number(def.value), def.inclusive));
    else if (def.check === "less_than") lowerMax(type, bound(Number(def.value), def.inclusive));
    else if (def.check === "multiple_of") setStep(type, Number(def.value), place);
    else if (def.check === "number_format") applyFormat(type, def.format);
    else rest.push(check);
  }
  return withNamed(type, rest, place);
}

function bound(value: number, inclusive: boolean): Bound {
  return inclusive ? { value } : { value, open: true };
}

function raiseMin(type: Draft<"number" | "integer">, min: Bound): void {
  const old = type.min;
  if (!Number.isFinite(min.value)) return;
  if (old === undefined || min.value > old.value || (min.value === old.value && min.open)) type.min = min;
}

function lowerMax(type: Draft<"number" | "integer">, max: Bound): void {
  const old = type.max;
  if (!Number.isFinite(max.value)) return;
  if (old === undefined || max.value < old.value || (max.value === old.value && max.open)) type.max = max;
}

function setStep(type: Draft<"number" | "integer">, step: number, place: Place): void {
  if (type.multipleOf !== undefined && type.multipleOf !== step) {
    throw notSupported(place, "multipleOf", "a number has one step; give their common multiple");
  }
  type.multipleOf = step;
}

function applyFormat(type: Draft<"number" | "integer">, name: string): void {
  const format = NUMBER_FORMATS[name];
  if (format?.whole) type.kind = "integer";
  if (format?.min !== undefined) raiseMin(type, { value: format.min });
  if (format?.max !== undefined) lowerMax(type, { value: format.max });
}

const BIGINT_FORMATS: Readonly<Record<string, { readonly min: bigint; readonly max: bigint }>> = {
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
  uint64: { min: 0n, max: 2n ** 64n - 1n },
};

/** A bigint, with bounds as decimal text. */
export function bigintType(schema: core.$ZodType, place: Place): TypeIr {
  const type: Draft<"bigint"> = { kind: "bigint" };
  const rest: Check[] = [];
  for (const check of checksOf(schema)) {
    const def = check._zod.def;
    if (def.check === "greater_than") type.min = tighter(type.min, bigBound(def), (a, b) => a > b);
    else if (def.check === "less_than") type.max = tighter(type.max, bigBound(def), (a, b) => a < b);
    else if (def.check === "multiple_of") {
      if (type.multipleOf !== undefined)
        throw notSupported(place, "multipleOf", "a bigint has one step; give their common multiple");
      type.multipleOf = String(def.value);
    } else if (def.check === "bigint_format") {
      const { min, max } = BIGINT_FORMATS[def.format] ?? {};
      if (min !== undefined) type.min = tighter(type.min, { value: String(min) }, (a, b) => a > b);
      if (max !== undefined) type.max = tighter(type.max, { value: String(max) }, (a, b) => a < b);
    } else rest.push(check);
  }
  return withNamed(type, rest, place);
}

function bigBound(def: { readonly value: unknown; readonly inclusive: boolean }): BigBound {
  return def.inclusive ? { value: String(def.value) } : { value: String(def.value), open: true };
}

function tighter(
  old: BigBound | undefined,
  next: BigBound,
  beyond: (a: bigint, b: bigint) => boolean,
): BigBound {
  if (old === undefined || beyond(BigInt(next.value), BigInt(old.value))) return next;
  return old.value === next.value && next.open === true ? next : old;
}

/** An instant; Zod's bounds of dates are inclusive. */
export function dateType(schema: core.$ZodType, place: Place): TypeIr {
  const type: Draft<"instant"> = { kind: "instant" };
  const rest: Check[] = [];
  for (const check of checksOf(schema)) {
    const def = check._zod.def;
    if (def.check === "greater_than" && def.inclusive)
      type.min = later(type.min, def.value as Date, Math.max);
    else if (def.check === "less_than" && def.inclusive)
      type.max = later(type.max, def.value as Date, Math.min);
    else rest.push(check);
  }
  return withNamed(type, rest, place);
}

function later(old: string | undefined, limit: Date, choose: (a: number, b: number) => number): string {
  const time = new Date(limit).getTime();
  return new Date(old === undefined ? time : choose(time, Date.parse(old))).toISOString();
}
