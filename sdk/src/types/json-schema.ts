import { unreachable } from "../errors/unreachable.ts";
import { toJsonForm } from "./json-form.ts";
import type { Bound, Field, IrOf, RecordIr, TypeIr } from "./type-ir.ts";

/** A JSON Schema of draft 2020-12, as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** JSON Schema of the form that `compileParse` reads, with what forms need beside it under `x-ligase`. */
export function toJsonSchema(ir: TypeIr): JsonSchema {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...schemaOf(ir) };
}

function schemaOf(ir: TypeIr): JsonSchema {
  const { title, description, examples, ...shown } = ir.about ?? {};
  const hints = { ...hintsOf(ir), ...shown };
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...shapeOf(ir),
    ...(examples !== undefined && { examples }),
    ...(Object.keys(hints).length > 0 && { "x-ligase": hints }),
  };
}

/** What the keywords of JSON Schema cannot say. */
function hintsOf(ir: TypeIr): JsonSchema {
  switch (ir.kind) {
    case "file":
      return defined({ kind: ir.kind, extensions: ir.extensions, mediaType: ir.mediaType });
    case "duration":
      return defined({ kind: ir.kind, minMs: ir.minMs, maxMs: ir.maxMs, unit: "ms" });
    case "size":
      return defined({ kind: ir.kind, minBytes: ir.minBytes, maxBytes: ir.maxBytes, unit: "B" });
    case "instant":
      return defined({ kind: ir.kind, min: ir.min, max: ir.max });
    case "bigint":
      return defined({ kind: ir.kind, min: ir.min, max: ir.max, multipleOf: ir.multipleOf });
    case "text":
      return defined({ flags: ir.flags });
    case "checked":
      return { ...hintsOf(ir.inner), ...ir.inner.about, checks: ir.checks };
    case "nullable":
      return hintsOf(ir.inner);
    case "dir":
    case "bytes":
    case "map":
    case "set":
    case "sheet":
    case "secret":
    case "task":
    case "date":
      return { kind: ir.kind };
    default:
      return {};
  }
}

function shapeOf(ir: TypeIr): JsonSchema {
  switch (ir.kind) {
    case "any":
      return {};
    case "null":
    case "boolean":
      return { type: ir.kind };
    case "text":
      return textShape(ir);
    case "number":
    case "integer":
      return {
        type: ir.kind,
        ...lowest(ir.min),
        ...highest(ir.max),
        ...defined({ multipleOf: ir.multipleOf }),
      };
    case "bigint":
      return { type: ["integer", "string"], pattern: "^-?\\d+$" };
    case "enum":
      return { enum: ir.values };
    case "date":
      return { type: "string", format: "date" };
    case "instant":
      return { type: "string", format: "date-time" };
    case "duration":
      return { type: ["string", "integer"], ...defined({ minimum: ir.minMs ?? 0, maximum: ir.maxMs }) };
    case "size":
      return { type: ["string", "integer"], ...defined({ minimum: ir.minBytes ?? 0, maximum: ir.maxBytes }) };
    case "bytes":
      return { type: "string", contentEncoding: "base64" };
    case "file":
    case "dir":
      return { type: "string", format: "uri-reference" };
    case "secret":
    case "task":
      return { type: "string", minLength: 1 };
    case "checked":
      return shapeOf(ir.inner);
    default:
      return structureShape(ir);
  }
}

type Structure = IrOf<
  "list" | "sheet" | "tuple" | "map" | "dictionary" | "set" | "record" | "union" | "nullable"
>;

function structureShape(ir: Structure): JsonSchema {
  switch (ir.kind) {
    case "list":
      return { type: "array", items: schemaOf(ir.item), ...counts(ir) };
    case "sheet":
      return { type: ["array", "string"], items: schemaOf(ir.row) };
    case "tuple":
      return tupleShape(ir);
    case "map":
      return {
        type: "array",
        items: tupleShape({ kind: "tuple", items: [ir.key, ir.value] }),
        ...counts(ir),
      };
    case "dictionary":
      return dictionaryShape(ir);
    case "set":
      return { type: "array", items: schemaOf(ir.item), uniqueItems: true, ...counts(ir) };
    case "record":
      return recordShape(ir);
    case "union":
      return { [ir.discriminator === undefined ? "anyOf" : "oneOf"]: ir.options.map(schemaOf) };
    case "nullable":
      return { anyOf: [schemaOf(ir.inner), { type: "null" }] };
    default:
      return unreachable(ir);
  }
}

const FORMATS: Readonly<Record<string, string>> = { datetime: "date-time", url: "uri", duration: "duration" };

/** A pattern with flags cannot be said in JSON Schema: it is left to the check. */
function textShape(ir: IrOf<"text">): JsonSchema {
  const format = ir.format === undefined ? undefined : (FORMATS[ir.format] ?? ir.format);
  const pattern = ir.flags === undefined || ir.flags === "u" ? ir.pattern : undefined;
  return {
    type: "string",
    ...defined({ minLength: ir.minLength, maxLength: ir.maxLength, pattern, format }),
  };
}

function tupleShape(ir: IrOf<"tuple">): JsonSchema {
  const items = ir.rest === undefined ? false : schemaOf(ir.rest);
  return { type: "array", prefixItems: ir.items.map(schemaOf), items, minItems: ir.items.length };
}

function dictionaryShape(ir: IrOf<"dictionary">): JsonSchema {
  const names = ir.key === undefined ? {} : { propertyNames: schemaOf(ir.key) };
  return { type: "object", additionalProperties: schemaOf(ir.value), ...names };
}

function recordShape(ir: RecordIr): JsonSchema {
  const fields = Object.entries(ir.fields);
  const required = fields
    .filter(([, field]) => field.optional !== true && field.default === undefined)
    .map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
    additionalProperties: ir.extra === "keep",
  };
}

function fieldSchema(field: Field): JsonSchema {
  const own = schemaOf(field.type);
  const schema =
    field.signal === true ? { ...own, "x-ligase": { ...(own["x-ligase"] as object), signal: true } } : own;
  return field.default === undefined
    ? schema
    : { ...schema, default: toJsonForm(field.type, field.default.value) };
}

const lowest = (bound: Bound | undefined): JsonSchema =>
  bound === undefined ? {} : { [bound.open ? "exclusiveMinimum" : "minimum"]: bound.value };

const highest = (bound: Bound | undefined): JsonSchema =>
  bound === undefined ? {} : { [bound.open ? "exclusiveMaximum" : "maximum"]: bound.value };

const counts = (ir: { readonly minItems?: number; readonly maxItems?: number }): JsonSchema =>
  defined({ minItems: ir.minItems, maxItems: ir.maxItems });

function defined(keywords: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));
}
