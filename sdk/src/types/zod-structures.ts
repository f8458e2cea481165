import type * as core from "zod/v4/core";
import { canonicalType } from "./type-hash.ts";
import { withField } from "./check-collections.ts";
import type { Field, IrOf, RecordIr, TypeIr } from "./type-ir.ts";
import { checksOf, withNamed, type Check } from "./zod-checks.ts";
import { at, notSupported, type Place } from "./zod-place.ts";

type Walk<T> = (schema: core.$ZodType, place: Place) => T;
type DefOf<S extends core.$ZodType> = S["_zod"]["def"];

/** A record with fields; without `.loose()`, a field that is not named is an error and is never dropped. */
export function objectType(
  def: {
    readonly shape: Readonly<Record<string, core.$ZodType>>;
    readonly catchall?: core.$ZodType | undefined;
  },
  place: Place,
  fieldAt: Walk<Field>,
): RecordIr {
  const fields: Record<string, Field> = {};
  for (const [key, schema] of Object.entries(def.shape))
    withField(fields, key, fieldAt(schema, at(place, key)));
  const others = def.catchall?._zod.def.type;
  if (others === undefined || others === "never") return { kind: "record", fields };
  if (others === "unknown" || others === "any") return { kind: "record", fields, extra: "keep" };
  throw notSupported(
    place,
    "object",
    "other fields may be refused or kept as they are, but not have a type; use z.record()",
  );
}

/** Names that are a closed set make fields, as they do in Zod: all there, unless the record is partial. */
export function recordType(def: DefOf<core.$ZodRecord>, place: Place, typeAt: Walk<TypeIr>): TypeIr {
  const key = typeAt(def.keyType, at(place, "*"));
  const value = typeAt(def.valueType, at(place, "*"));
  if (key.kind === "text")
    return isFreeText(key) ? { kind: "dictionary", value } : { kind: "dictionary", key, value };
  if (key.kind === "date" || key.kind === "checked") return { kind: "dictionary", key, value };
  if (key.kind !== "enum" || !key.values.every((name) => typeof name === "string")) {
    throw notSupported(place, "record", "the names of fields are text; use z.map() for other keys");
  }
  const fields: Record<string, Field> = {};
  for (const name of key.values)
    withField(fields, name, def.partial === true ? { type: value, optional: true } : { type: value });
  return { kind: "record", fields };
}

const isFreeText = (key: TypeIr): boolean =>
  Object.keys(key).every((property) => property === "kind" || property === "about");

export function listType(schema: core.$ZodType, place: Place, typeAt: Walk<TypeIr>): TypeIr {
  const { element } = schema._zod.def as DefOf<core.$ZodArray>;
  return counted({ kind: "list", item: typeAt(element, at(place, "*")) }, checksOf(schema), place);
}

export function setType(schema: core.$ZodType, place: Place, typeAt: Walk<TypeIr>): TypeIr {
  const { valueType } = schema._zod.def as DefOf<core.$ZodSet>;
  return counted({ kind: "set", item: typeAt(valueType, at(place, "*")) }, checksOf(schema), place);
}

export function mapType(schema: core.$ZodType, place: Place, typeAt: Walk<TypeIr>): TypeIr {
  const { keyType, valueType } = schema._zod.def as DefOf<core.$ZodMap>;
  const type = {
    kind: "map",
    key: typeAt(keyType, at(place, "*")),
    value: typeAt(valueType, at(place, "*")),
  } as const;
  return counted(type, checksOf(schema), place);
}

function counted(type: IrOf<"list" | "set" | "map">, checks: readonly Check[], place: Place): TypeIr {
  let min: number | undefined;
  let max: number | undefined;
  const rest: Check[] = [];
  for (const check of checks) {
    const def = check._zod.def;
    if (def.check === "min_length" || def.check === "min_size") min = Math.max(min ?? 0, def.minimum);
    else if (def.check === "max_length" || def.check === "max_size")
      max = Math.min(max ?? Infinity, def.maximum);
    else if (def.check === "length_equals") min = max = def.length;
    else if (def.check === "size_equals") min = max = def.size;
    else rest.push(check);
  }
  const limits = { ...(min !== undefined && { minItems: min }), ...(max !== undefined && { maxItems: max }) };
  return withNamed({ ...type, ...limits }, rest, place);
}

export function tupleType(def: DefOf<core.$ZodTuple>, place: Place, typeAt: Walk<TypeIr>): TypeIr {
  const items = def.items.map((item, index) => typeAt(item, at(place, String(index))));
  return def.rest === null
    ? { kind: "tuple", items }
    : { kind: "tuple", items, rest: typeAt(def.rest, at(place, "*")) };
}

/** A union where exactly one option may fit is not a plain union: its exclusivity would need every option to be tried. */
export function unionType(def: DefOf<core.$ZodUnion>, place: Place, typeAt: Walk<TypeIr>): TypeIr {
  if (def.inclusive === false && !("discriminator" in def)) {
    throw notSupported(place, "xor", "exactly one of several is not a type; use z.discriminatedUnion()");
  }
  const options = def.options.map((option, index) => typeAt(option, at(place, `option ${index + 1}`)));
  const [only, ...others] = options;
  if (only !== undefined && others.length === 0) return only;
  const { discriminator } = def as { readonly discriminator?: string };
  return discriminator === undefined ? { kind: "union", options } : { kind: "union", options, discriminator };
}

/** Both records at once: their fields together. */
export function intersectionType(
  def: DefOf<core.$ZodIntersection>,
  place: Place,
  typeAt: Walk<TypeIr>,
): TypeIr {
  const sides = [typeAt(def.left, place), typeAt(def.right, place)].map((side) => split(side));
  const [left, right] = sides.map((side) => side.record);
  if (left === undefined || right === undefined) {
    throw notSupported(place, "intersection", "only records can be joined");
  }
  const fields: Record<string, Field> = {};
  for (const [name, field] of [...Object.entries(left.fields), ...Object.entries(right.fields)]) {
    const other = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (other !== undefined && canonicalField(other) !== canonicalField(field)) {
      throw notSupported(at(place, name), "intersection", "both sides have the field, with different types");
    }
    withField(fields, name, field);
  }
  const keep = left.extra === "keep" && right.extra === "keep";
  const record: RecordIr = keep ? { kind: "record", fields, extra: "keep" } : { kind: "record", fields };
  const checks = sides.flatMap((side) => side.checks);
  return checks.length === 0 ? record : { kind: "checked", inner: record, checks };
}

const canonicalField = (field: Field): string => canonicalType({ kind: "record", fields: { field } });

function split(type: TypeIr): { readonly record: RecordIr | undefined; readonly checks: readonly string[] } {
  if (type.kind === "record") return { record: type, checks: [] };
  if (type.kind !== "checked") return { record: undefined, checks: [] };
  const inner = split(type.inner);
  return { record: inner.record, checks: [...inner.checks, ...type.checks] };
}
