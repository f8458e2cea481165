import { encode } from "../values/codec.ts";
import { isDir, isFile } from "../values/file.ts";
import { TYPE_IR_VERSION, type TypeIr } from "./type-ir.ts";

/** Lists whose order means nothing. */
const UNORDERED: ReadonlySet<string> = new Set(["values", "extensions"]);

/**
 * Canonical text of a type, for the interface part of cache keys and schema hashes: keys sorted, descriptions left out,
 * defaults in the codec's form, the version of the description in front.
 */
export function canonicalType(ir: TypeIr): string {
  return `{"ir":${TYPE_IR_VERSION},"type":${canonical(ir)}}`;
}

function canonical(ir: TypeIr): string {
  return writeKeys(ir, (key, value) =>
    key === "fields" ? writeFields(value as object) : writePart(key, value),
  );
}

/** What is not a type inside a type is plain JSON: names, numbers, bounds. */
function writePart(key: string, value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => writePart(key, item));
    return `[${(UNORDERED.has(key) ? items.toSorted() : items).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return "kind" in value ? canonical(value as TypeIr) : writeKeys(value, writePart);
}

function writeFields(fields: object): string {
  return writeKeys(
    fields,
    (_name, field) => writeKeys(field as object, (key, value) => writeFieldPart(key, value)),
    () => true,
  );
}

function writeFieldPart(key: string, value: unknown): string {
  return key === "default"
    ? writeDefault((value as { readonly value: unknown }).value)
    : writePart(key, value);
}

/** A file whose content is not read yet has no identity but its place. */
function writeDefault(value: unknown): string {
  const unread = (isFile(value) || isDir(value)) && value.digest === null;
  return unread ? JSON.stringify({ unread: value.uri }) : encode(value);
}

function writeKeys(
  record: object,
  write: (key: string, value: unknown) => string,
  counts: (key: string) => boolean = (key) => key !== "about",
): string {
  const entries = Object.entries(record).filter(([key, value]) => value !== undefined && counts(key));
  entries.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${write(key, value)}`).join(",")}}`;
}
