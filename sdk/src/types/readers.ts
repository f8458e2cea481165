import { isAbsolute, resolve } from "node:path";
import { decodeCallable } from "../values/callable.ts";
import { Secret } from "../values/codec.ts";
import { Dir, File, type FileFields } from "../values/file.ts";
import type { Reader, ReaderOf } from "./compile-node.ts";
import { isPlainRecord } from "./check-collections.ts";
import { mismatch } from "./issue.ts";
import type { EnumValue, IrOf, TypeIr } from "./type-ir.ts";

/*
 * Readers turn what JSON or text can say into the values that a check knows. A reader leaves alone what it cannot read,
 * so that the check that follows names what was expected and what was found.
 */

/** Readers for JSON: text stands for instants, files, bytes, bigints; lists for sets and maps. */
export function jsonReaders(baseDir: string): ReaderOf {
  return (ir) => jsonReader(ir, baseDir);
}

/** Readers for plain text, as in a cell of a sheet or a command-line flag; lists and records are JSON in text. */
export function textReaders(baseDir: string): ReaderOf {
  return (ir) => {
    const json = jsonReader(ir, baseDir);
    const text = textReader(ir);
    return text === undefined ? json : (value, issues) => readBoth(text(value, issues), issues, json);
  };
}

const readBoth = (value: unknown, issues: Parameters<Reader>[1], next: Reader | undefined): unknown =>
  next === undefined ? value : next(value, issues);

function jsonReader(ir: TypeIr, baseDir: string): Reader | undefined {
  switch (ir.kind) {
    case "instant":
      return ifText(readInstant);
    case "bytes":
      return ifText(readBase64);
    case "bigint":
      return readBigint;
    case "file":
      return (value) => locate(value, baseDir, (fields) => new File(fields)) ?? value;
    case "dir":
      return (value) => locate(value, baseDir, (fields) => new Dir(fields)) ?? value;
    case "secret":
      return ifText((name) => (name === "" ? name : new Secret(name)));
    case "task":
      return ifText((name) => (name === "" ? name : decodeCallable({ kind: "task", name })));
    case "set":
      return readSet;
    case "map":
      return readMap(ir);
    default:
      return undefined;
  }
}

const ifText =
  (read: (text: string) => unknown): Reader =>
  (value) =>
    typeof value === "string" ? read(value) : value;

/** A date alone has no time zone that all agree on, so a time and a zone are asked for. */
function readInstant(text: string): unknown {
  const complete = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const time = complete ? Date.parse(text.replace(" ", "T")) : NaN;
  return Number.isNaN(time) ? text : new Date(time);
}

function readBase64(text: string): unknown {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? new Uint8Array(bytes) : text;
}

function readBigint(value: unknown): unknown {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : value;
}

const readSet: Reader = (value, issues) => {
  if (!Array.isArray(value)) return value;
  const set = new Set<unknown>(value);
  if (set.size < value.length) issues.push(mismatch("each item once", value));
  return set;
};

/** A map is a list of pairs; a record will do where the keys are text. */
function readMap(ir: IrOf<"map">): Reader {
  const textKeys = ir.key.kind === "text" || ir.key.kind === "enum" || ir.key.kind === "date";
  return (value) => {
    if (textKeys && isPlainRecord(value)) return new Map(Object.entries(value));
    if (!Array.isArray(value) || !value.every((pair) => Array.isArray(pair) && pair.length === 2))
      return value;
    const map = new Map(value as [unknown, unknown][]);
    return map.size === value.length ? map : value;
  };
}

/** A path, a URI, or a record `{ uri, name? }`. A digest from outside is not believed: the engine reads the bytes. */
function locate<T>(value: unknown, baseDir: string, make: (fields: FileFields) => T): T | undefined {
  if (typeof value === "string") return value === "" ? undefined : make(fieldsAt(value, baseDir));
  if (!isPlainRecord(value) || typeof value.uri !== "string" || value.uri === "") return undefined;
  const fields = fieldsAt(value.uri, baseDir);
  return make(typeof value.name === "string" && value.name !== "" ? { ...fields, name: value.name } : fields);
}

function fieldsAt(location: string, baseDir: string): FileFields {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) {
    const path = location.replace(/[?#].*$/, "").replace(/\/+$/, "");
    return { digest: null, size: -1, name: decoded(path.slice(path.lastIndexOf("/") + 1)), uri: location };
  }
  const { digest, size, name, uri } = File.at(isAbsolute(location) ? location : resolve(baseDir, location));
  return { digest, size, name, uri };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // A name with a stray percent sign stands for itself.
    return name;
  }
}

function textReader(ir: TypeIr): Reader | undefined {
  switch (ir.kind) {
    case "number":
    case "integer":
      return ifText((text) =>
        /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : text,
      );
    case "bigint":
      return ifText((text) => text.trim());
    case "boolean":
      return ifText(readBoolean);
    case "enum":
      return ifText((text) => readEnum(ir.values, text));
    case "null":
    case "nullable":
      return ifText((text) => (text === "" || text === "null" ? null : text));
    case "list":
    case "tuple":
    case "set":
    case "map":
    case "dictionary":
    case "record":
      return ifText(readJson);
    case "union":
      return ir.discriminator === undefined ? undefined : ifText(readJson);
    default:
      return undefined;
  }
}

function readBoolean(text: string): unknown {
  const word = text.trim().toLowerCase();
  if (word === "true" || word === "yes") return true;
  return word === "false" || word === "no" ? false : text;
}

function readEnum(values: readonly EnumValue[], text: string): unknown {
  return values.includes(text) ? text : (values.find((value) => String(value) === text) ?? text);
}

function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON after all: the check says what was expected instead.
    return text;
  }
}
