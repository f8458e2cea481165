import { unreachable } from "../errors/unreachable.ts";
import { formatDuration } from "./duration.ts";
import { formatSize } from "./byte-size.ts";
import type { Field, IrOf, RecordIr, TypeIr } from "./type-ir.ts";

const MAX_DEPTH = 3;
const MAX_FIELDS = 8;
const MAX_VALUES = 12;

/** A type in a few words that read like TypeScript, for messages and help: `{ id: text; lanes?: integer[] }`. */
export function describeType(ir: TypeIr): string {
  return describe(ir, 0);
}

function describe(ir: TypeIr, depth: number): string {
  const inner = (part: TypeIr): string => describe(part, depth + 1);
  switch (ir.kind) {
    case "any":
    case "null":
    case "number":
    case "integer":
    case "bigint":
    case "boolean":
    case "date":
    case "instant":
    case "bytes":
    case "secret":
      return ir.kind;
    case "text":
      return ir.format ?? "text";
    case "enum":
      return describeEnum(ir.values);
    case "duration":
      return `duration${describeLimits(formatDuration, ir.minMs, ir.maxMs)}`;
    case "size":
      return `size${describeLimits(formatSize, ir.minBytes, ir.maxBytes)}`;
    case "list":
      return `${inParentheses(inner(ir.item))}[]`;
    case "tuple":
      return `[${[...ir.items.map(inner), ...(ir.rest ? [`...${inParentheses(inner(ir.rest))}[]`] : [])].join(", ")}]`;
    case "map":
      return `Map<${inner(ir.key)}, ${inner(ir.value)}>`;
    case "dictionary":
      return `Record<${ir.key ? inner(ir.key) : "text"}, ${inner(ir.value)}>`;
    case "set":
      return `Set<${inner(ir.item)}>`;
    case "record":
      return describeRecord(ir, depth);
    case "union":
      return [...new Set(ir.options.map(inner))].join(" | ");
    case "nullable":
      return `${inner(ir.inner)} | null`;
    case "file":
      return ir.extensions === undefined ? "file" : `file(${ir.extensions.join(", ")})`;
    case "dir":
      return "folder";
    case "sheet":
      return `sheet of ${inner(ir.row)}`;
    case "task":
      return describeTask(ir, inner);
    case "checked":
      return describe(ir.inner, depth);
    default:
      return unreachable(ir);
  }
}

function describeEnum(values: IrOf<"enum">["values"]): string {
  const shown = values.slice(0, MAX_VALUES).map((value) => JSON.stringify(value));
  const more = values.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(" | ");
}

function describeLimits(format: (value: number) => string, min?: number, max?: number): string {
  if (min !== undefined && max !== undefined) return ` from ${format(min)} to ${format(max)}`;
  if (min !== undefined) return ` of at least ${format(min)}`;
  return max === undefined ? "" : ` of at most ${format(max)}`;
}

function describeRecord(ir: RecordIr, depth: number): string {
  const fields = Object.entries(ir.fields);
  if (fields.length === 0) return ir.extra === "keep" ? "{ … }" : "{}";
  if (depth >= MAX_DEPTH) return "{ … }";
  const shown = fields.slice(0, MAX_FIELDS).map(([name, field]) => describeField(name, field, depth));
  const more = fields.length - shown.length;
  if (more > 0) shown.push(`${more} more`);
  else if (ir.extra === "keep") shown.push("…");
  return `{ ${shown.join("; ")} }`;
}

function describeField(name: string, field: Field, depth: number): string {
  const mark = field.optional === true || field.default !== undefined ? "?" : "";
  return `${name}${mark}: ${describe(field.type, depth + 1)}`;
}

function describeTask(ir: IrOf<"task">, inner: (ir: TypeIr) => string): string {
  if (ir.input === undefined && ir.output === undefined) return "task";
  return `task(${ir.input ? inner(ir.input) : "any"}) => ${ir.output ? inner(ir.output) : "any"}`;
}

const inParentheses = (text: string): string =>
  text.includes(" | ") && !text.startsWith("{") ? `(${text})` : text;
