import type * as core from "zod/v4/core";
import { brandOf } from "./schema-brand.ts";
import { signalOf } from "./signal-brand.ts";
import type { Description, Field, RecordIr, TypeIr } from "./type-ir.ts";
import { withChecks } from "./zod-checks.ts";
import { descriptionOf } from "./zod-description.ts";
import { defaultField } from "./zod-default.ts";
import { notSupported, stepInto, type Place } from "./zod-place.ts";
import { bigintType, dateType, numberType } from "./zod-numbers.ts";
import { literalType, textType } from "./zod-text.ts";
import {
  intersectionType,
  listType,
  mapType,
  objectType,
  recordType,
  setType,
  tupleType,
  unionType,
} from "./zod-structures.ts";

/** A Zod 4 schema of any flavour (classic or mini) and of any copy of Zod. */
export type AnySchema = core.$ZodType;

/**
 * Compiles a Zod schema into Ligase's type description (C12). Optional and default belong to fields: use
 * `fieldFromZod` to keep them. Throws `type-not-supported`, `type-recursive`, `type-default-not-static`,
 * `type-default-invalid`.
 */
export function fromZod(schema: AnySchema): TypeIr {
  return typeAt(schema, { path: [], above: [] });
}

/** Compiles a schema with whether it may be left out and what stands for it then. Throws as `fromZod` does. */
export function fieldFromZod(schema: AnySchema): Field {
  return fieldAt(schema, { path: [], above: [] });
}

/**
 * Compiles the input or output of a task: a record of schemas. A workflow's inputs may be signals. Throws as `fromZod`
 * does, with the field in the path.
 */
export function fieldsFromZod(
  schemas: Readonly<Record<string, AnySchema>>,
  { signals = false }: { readonly signals?: boolean } = {},
): RecordIr {
  const top: Place = { path: [], above: [] };
  return objectType({ shape: schemas }, top, (schema, place) =>
    signals && signalOf(schema) !== undefined ? signalField(schema, place) : fieldAt(schema, place),
  );
}

function signalField(schema: AnySchema, place: Place): Field {
  const { innerType } = schema._zod.def as core.$ZodOptionalDef;
  const field = fieldAt(innerType, place);
  if (field.optional === true || field.default !== undefined)
    throw notSupported(place, "signal", "what may be left out never has to come; give signal() a default");
  const about = descriptionOf(schema);
  const type = about === undefined ? field.type : described(field.type, about);
  return { type, optional: true, signal: true };
}

/** At a place that is not a field, there is nothing to leave out. */
function typeAt(schema: AnySchema, place: Place): TypeIr {
  const field = fieldAt(schema, place);
  if (place.path.length === 0) return field.type;
  if (field.optional === true || field.default !== undefined) {
    const type = field.optional === true ? "optional" : "default";
    throw notSupported(place, type, `${type} values are for the fields of a record; use .nullable() here`);
  }
  return field.type;
}

function fieldAt(schema: AnySchema, place: Place): Field {
  const here = stepInto(place, schema);
  const field = wrappedField(schema, here);
  const about = descriptionOf(schema);
  return about === undefined ? field : { ...field, type: described(field.type, about) };
}

/** The outer description wins over one further in. */
function described(type: TypeIr, about: Description): TypeIr {
  return { ...type, about: { ...type.about, ...about } };
}

/** Wrappers that belong to the field and not to its type are taken off here. */
function wrappedField(schema: AnySchema, place: Place): Field {
  const def = (schema as core.$ZodTypes)._zod.def;
  if (brandOf(def) !== undefined) return { type: dataType(schema, place) };
  if (signalOf(schema) !== undefined)
    throw notSupported(place, "signal", "only an input of a workflow, as a whole, can come later");
  switch (def.type) {
    case "optional":
      return withoutDefault(checkedField(fieldAt(def.innerType, place), schema, place));
    case "nonoptional": {
      const { optional: _optional, ...required } = fieldAt(def.innerType, place);
      return checkedField(required, schema, place);
    }
    case "nullable": {
      const inner = fieldAt(def.innerType, place);
      return checkedField({ ...inner, type: { kind: "nullable", inner: inner.type } }, schema, place);
    }
    case "default":
    case "prefault": {
      const inner = checkedField(fieldAt(def.innerType, place), schema, place);
      return defaultField(inner.type, {
        read: () => def.defaultValue,
        outside: def.type === "prefault",
        place,
      });
    }
    case "readonly":
      return checkedField(fieldAt(def.innerType, place), schema, place);
    case "lazy":
      return isJson(schema)
        ? { type: { kind: "any" } }
        : checkedField(fieldAt(def.getter(), place), schema, place);
    case "pipe":
      return refusePipe(def, place);
    default:
      return { type: dataType(schema, place) };
  }
}

const checkedField = (field: Field, schema: AnySchema, place: Place): Field => ({
  ...field,
  type: withChecks(field.type, schema, place),
});

/** `.default(x).optional()` still fills in the default, as Zod does. */
const withoutDefault = (field: Field): Field =>
  field.default === undefined ? { ...field, optional: true } : field;

/** `z.json()` is a recursive union whose only meaning is: any plain data. */
function isJson(schema: AnySchema): boolean {
  const def = (schema as core.$ZodTypes)._zod.def;
  if (def.type !== "lazy") return false;
  const inner = (def.getter() as core.$ZodTypes)._zod.def;
  if (inner.type !== "union" || inner.options.length !== 6) return false;
  return inner.options.some((option) => {
    const optionDef = (option as core.$ZodTypes)._zod.def;
    return optionDef.type === "array" && optionDef.element === schema;
  });
}

function refusePipe(def: core.$ZodPipeDef, place: Place): never {
  const kinds = [def.in, def.out].map((side) => (side as core.$ZodTypes)._zod.def.type);
  if (kinds.includes("transform") || "transform" in def) throw notSupported(place, "transform", CONVERTS);
  throw notSupported(place, "pipe", "a value has one type; give the narrower schema alone");
}

const CONVERTS = "it turns one value into another, which only the body of a task may do";

function dataType(schema: AnySchema, place: Place): TypeIr {
  const def = (schema as core.$ZodTypes)._zod.def;
  const brand = brandOf(def);
  if (brand !== undefined) {
    const type = brand((inner) => typeAt(inner as AnySchema, inside(place)));
    return withChecks(type, schema, place);
  }
  if ("coerce" in def && def.coerce) {
    throw notSupported(place, `coerce.${def.type}`, CONVERTS);
  }
  switch (def.type) {
    case "string":
      return textType(schema, place);
    case "template_literal":
      return withChecks(templateType(schema as core.$ZodTemplateLiteral), schema, place);
    case "number":
      return numberType(schema, place);
    case "bigint":
      return bigintType(schema, place);
    case "date":
      return dateType(schema, place);
    case "enum":
    case "literal":
      return withChecks(literalType(schema, place), schema, place);
    case "boolean":
    case "null":
      return withChecks({ kind: def.type }, schema, place);
    case "any":
    case "unknown":
      return withChecks({ kind: "any" }, schema, place);
    case "array":
      return listType(schema, place, typeAt);
    case "tuple":
      return withChecks(tupleType(def, place, typeAt), schema, place);
    case "object":
      return withChecks(objectType(def, place, fieldAt), schema, place);
    case "record":
      return withChecks(recordType(def, place, typeAt), schema, place);
    case "map":
      return mapType(schema, place, typeAt);
    case "set":
      return setType(schema, place, typeAt);
    case "union":
      return withChecks(unionType(def, place, typeAt), schema, place);
    case "intersection":
      return withChecks(intersectionType(def, place, typeAt), schema, place);
    case "custom":
      return withChecks(customType(schema, place), schema, place);
    default:
      throw notSupported(place, def.type, UNSUPPORTED[def.type] ?? "it has no plain data form");
  }
}

const templateType = (schema: core.$ZodTemplateLiteral): TypeIr => ({
  kind: "text",
  pattern: schema._zod.pattern.source,
});

/** The sides of a branded schema are places of their own, where nothing can be left out. */
const inside = (place: Place): Place => ({ ...place, path: [...place.path, "*"] });

const UNSUPPORTED: Readonly<Record<string, string>> = {
  file: "it is a file of the web; use file() of Ligase",
  undefined: "absence is not a value; make the field .optional(), or use z.null()",
  void: "absence is not a value; use z.null()",
  never: "no value fits it",
  nan: "NaN is not a number that can be stored",
  catch: "it hides wrong values; use .default() for what may be left out",
  promise: "values between tasks are known values",
  function: "code is not data; pass a task with taskType()",
  symbol: "a symbol has no form outside this process",
  success: "it turns one value into another",
};

function customType(schema: AnySchema, place: Place): TypeIr {
  const { Class } = schema._zod.bag as { readonly Class?: unknown };
  if (Class === Uint8Array) return { kind: "bytes" };
  const name = typeof Class === "function" ? `instanceof(${Class.name})` : "custom";
  throw notSupported(
    place,
    name,
    "what it accepts is known to its code alone; use file(), dir(), bytes() or a plain type with .refine()",
  );
}
