import type * as core from "zod/v4/core";
import { formatCheck } from "./text-formats.ts";
import type { EnumValue, IrOf, TypeIr } from "./type-ir.ts";
import { checksOf, withNamed, type Check } from "./zod-checks.ts";
import { notSupported, type Place } from "./zod-place.ts";

type TextIr = { -readonly [K in keyof IrOf<"text">]: IrOf<"text">[K] };

/** Text with its lengths, patterns and formats; a calendar date is a kind of its own. */
export function textType(schema: core.$ZodType, place: Place): TypeIr {
  const type: TextIr = { kind: "text" };
  const patterns: RegExp[] = [];
  const rest: Check[] = [];
  for (const check of checksOf(schema)) {
    const def = check._zod.def;
    if (def.check === "min_length") type.minLength = Math.max(type.minLength ?? 0, def.minimum);
    else if (def.check === "max_length") type.maxLength = Math.min(type.maxLength ?? Infinity, def.maximum);
    else if (def.check === "length_equals") type.minLength = type.maxLength = def.length;
    else if (def.check !== "string_format" || !addFormat(check, type, patterns)) rest.push(check);
  }
  addPatterns(type, patterns, place);
  const onlyDate = type.format === "date" && Object.keys(type).length === 2;
  return withNamed(onlyDate ? { kind: "date" } : type, rest, place);
}

interface FormatDef {
  readonly format: string;
  readonly pattern?: RegExp;
  readonly hostname?: RegExp;
  readonly protocol?: RegExp;
  readonly normalize?: boolean;
  readonly fn?: unknown;
}

/** Patterns that only say what `.regex()` could say have no name to keep. */
const PLAIN_PATTERNS: ReadonlySet<string> = new Set([
  "regex",
  "includes",
  "starts_with",
  "ends_with",
  "lowercase",
  "uppercase",
]);

/** Zod has a pattern for these, but it is not the whole of its check. */
const CHECKED_BY_CODE: ReadonlySet<string> = new Set([
  "base64",
  "base64url",
  "cidrv6",
  "credit_card",
  "iban",
  "jwt",
]);

/** False where the format can only be checked by Zod's own code. */
function addFormat(check: Check, type: TextIr, patterns: RegExp[]): boolean {
  const def = check._zod.def as unknown as FormatDef;
  const named = !PLAIN_PATTERNS.has(def.format);
  if (named && (def.fn !== undefined || def.hostname !== undefined || def.protocol !== undefined))
    return false;
  if (named && type.format === undefined && formatCheck(def.format) !== undefined && isStandard(check, def)) {
    type.format = def.format;
    return true;
  }
  if (def.pattern === undefined || CHECKED_BY_CODE.has(def.format)) return false;
  if (named) type.format ??= def.format;
  patterns.push(def.pattern);
  return true;
}

/** True where a format has no options: a fresh one of the same class has the same pattern. */
function isStandard(check: Check, def: FormatDef): boolean {
  if (def.normalize === true) return false;
  const { constr } = check._zod as unknown as { readonly constr?: new (def: object) => core.$ZodType };
  if (constr === undefined) return false;
  const fresh = new constr({
    type: "string",
    check: "string_format",
    format: def.format,
    ...DATE_TIME_OPTIONS,
  });
  return (fresh._zod.def as unknown as FormatDef).pattern?.source === def.pattern?.source;
}

const DATE_TIME_OPTIONS = { abort: false, offset: false, local: false, precision: null };

/** Several patterns become one that looks ahead for each. */
function addPatterns(type: TextIr, patterns: readonly RegExp[], place: Place): void {
  const [first, ...more] = patterns;
  if (first === undefined) return;
  const flags = first.flags.replace("g", "");
  if (patterns.some((pattern) => pattern.sticky))
    throw notSupported(place, "regex", "a sticky pattern has a memory");
  type.pattern =
    more.length === 0 ? first.source : patterns.map((p) => `(?=[\\s\\S]*?(?:${p.source}))`).join("");
  if (flags !== "") type.flags = flags;
  if (more.length === 0) return;
  if (more.some((pattern) => pattern.flags.replace("g", "") !== flags)) {
    throw notSupported(place, "regex", "several patterns on one text need equal flags");
  }
  if (patterns.some((pattern) => /\\[1-9]|\\k</.test(pattern.source))) {
    throw notSupported(place, "regex", "several patterns on one text cannot have back-references");
  }
  type.pattern = `^(?:${type.pattern})`;
}

/** Enumerations and literals, native enums without their reverse names. */
export function literalType(schema: core.$ZodType, place: Place): TypeIr {
  const { def } = (schema as core.$ZodEnum | core.$ZodLiteral)._zod;
  const values = [...new Set<unknown>(def.type === "literal" ? def.values : enumValues(def.entries))];
  const wrong = values.find((value) => !isEnumValue(value));
  if (values.length === 0 || !values.every(isEnumValue)) {
    throw notSupported(
      place,
      schema._zod.def.type,
      `${String(wrong)} is not text, a number, true, false or null`,
    );
  }
  return values.every((value) => value === null) ? { kind: "null" } : { kind: "enum", values };
}

/** A native enum maps its numbers back to their names: those entries are not values. */
function enumValues(entries: Readonly<Record<string, string | number>>): readonly EnumValue[] {
  const numbers = new Set(Object.values(entries).filter((value) => typeof value === "number"));
  return Object.entries(entries).flatMap(([name, value]) => (numbers.has(Number(name)) ? [] : [value]));
}

function isEnumValue(value: unknown): value is EnumValue {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}
