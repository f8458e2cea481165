import { LigaseError } from "../errors/ligase-error.ts";
import { Dir, File, isDir, isFile, type FileFields } from "./file.ts";
import { callableFields, decodeCallable, hashOfTemplate, isCallable, type Callable } from "./callable.ts";

/*
 * C13: one codec for the hashed, the stored and the wire form. The form is JSON text with sorted keys; what JSON lacks
 * is a record with one key that begins with `$`; a user's key that begins with `$` gets one more `$`. Absent and
 * `undefined` fields are the same; `-0` is `0`. The hashed form leaves out where files are (C14).
 */

/** Nesting that a value may have. */
export const MAX_DEPTH = 1_000;

export interface EncodeOptions {
  /** Keep the location of files: for storing and sending, not for hashing. */
  readonly locations?: boolean;
  /** Let files pass whose content is not read yet: they are told apart by where they are. */
  readonly unread?: boolean;
  /** Task hash by task name: a task passed as a value is keyed by its code. Absent: by name only. */
  readonly taskHash?: (name: string) => string;
  /** Fields in their order instead of sorted: for storing and sending what people read in that order; never for hashing. */
  readonly asWritten?: boolean;
}

/** Canonical text of a value. Throws `value-not-encodable`, `value-too-deep`, `secret-in-value`, `lazy-in-value`. */
export function encode(value: unknown, options: EncodeOptions = {}): string {
  return write(value, { options, depth: 0, at: null });
}

/** Reads canonical text back into a value. Throws `value-not-decodable`. */
export function decode(text: string): unknown {
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch (cause) {
    throw new LigaseError("value-not-decodable", { reason: "it is not canonical text" }, { cause });
  }
  // A tag is the only key of its record; an escaped key may stand anywhere in one.
  return text.includes('{"$') || text.includes('"$$') ? revive(plain) : plain;
}

/** True when the hashed form leaves out what the stored form has: where files are, the code of a lambda. */
export const needsStoredForm = (text: string): boolean => mentionsFiles(text) || text.includes('{"$call":');

/** True when canonical text mentions a file or a folder. */
export const mentionsFiles = (text: string): boolean =>
  text.includes('{"$file":') || text.includes('{"$dir":');

interface Place {
  readonly options: EncodeOptions;
  readonly depth: number;
  readonly at: Step | null;
}

interface Step {
  readonly up: Step | null;
  readonly key: string | number;
}

function write(value: unknown, place: Place): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Number.isFinite(value) ? (value === 0 ? "0" : String(value)) : `{"$number":"${value}"}`;
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "null";
    case "bigint":
      return `{"$bigint":"${value}"}`;
    case "object":
      return value === null ? "null" : writeObject(value, place);
    default:
      if (isCallable(value)) return writeCallable(value, place);
      if (typeof value === "function" && isLazyNode(value))
        throw new LigaseError("lazy-in-value", { path: pathOf(place) });
      throw notEncodable(place, `a ${typeof value}`);
  }
}

function writeObject(value: object, place: Place): string {
  if (place.depth > MAX_DEPTH) throw new LigaseError("value-too-deep", { limit: MAX_DEPTH });
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype === Object.prototype || prototype === null)
    return writeRecord(value as Record<string, unknown>, place);
  if (Array.isArray(value)) return writeList(value, place);
  return writeTagged(value, place);
}

function writeRecord(value: Record<string, unknown>, place: Place): string {
  const keys = Object.keys(value);
  if (keys.length > 1 && place.options.asWritten !== true) keys.sort();
  let text = "";
  for (const key of keys) {
    const item = value[key];
    if (item === undefined) continue;
    const name = JSON.stringify(key.charCodeAt(0) === 36 ? "$" + key : key);
    text += (text === "" ? "" : ",") + name + ":" + writePart(item, place, key);
  }
  return "{" + text + "}";
}

function writeList(value: readonly unknown[], place: Place): string {
  // Long lists of scalars are common and the host writes them many times faster, without a rope of a million pieces.
  if (value.length > 64 && value.every(isPlainScalar)) return JSON.stringify(value);
  let text = "";
  for (let index = 0; index < value.length; index++) {
    if (index > 0) text += ",";
    text += writePart(value[index], place, index);
  }
  return "[" + text + "]";
}

const isPlainScalar = (item: unknown): boolean =>
  typeof item === "string" ||
  typeof item === "boolean" ||
  (typeof item === "number" && Number.isFinite(item));

function writePart(item: unknown, place: Place, key: string | number): string {
  // Scalars need no place: the hot path allocates nothing.
  if (typeof item === "string") return JSON.stringify(item);
  if (typeof item === "number" && Number.isFinite(item)) return item === 0 ? "0" : String(item);
  return write(item, { options: place.options, depth: place.depth + 1, at: { up: place.at, key } });
}

function writeTagged(value: object, place: Place): string {
  if (isFile(value)) return `{"$file":${writeFields(value, place)}}`;
  if (isDir(value)) return `{"$dir":${writeFields(value, place)}}`;
  if (value instanceof Date) return writeInstant(value, place);
  if (value instanceof Uint8Array) return `{"$bytes":"${Buffer.from(value).toString("base64")}"}`;
  if (value instanceof Map) return writeMap(value, place);
  if (value instanceof Set)
    return `{"$set":[${sorted([...value].map((item) => writePart(item, place, "item")))}]}`;
  if (isCallable(value)) return writeCallable(value, place);
  if (value instanceof Secret) throw new LigaseError("secret-in-value", { path: pathOf(place) });
  if (isLazyNode(value)) throw new LigaseError("lazy-in-value", { path: pathOf(place) });
  const name = (value.constructor as { name?: string } | undefined)?.name ?? "object";
  throw notEncodable(place, `an instance of ${name}`);
}

function writeFields(fields: FileFields, place: Place): string {
  const digest = fields.digest;
  if (digest === null && place.options.unread === true) return `{"uri":${JSON.stringify(fields.uri)}}`;
  if (digest === null) throw notEncodable(place, `a file whose content is not read yet (${fields.uri})`);
  const uri = place.options.locations === true ? `,"uri":${JSON.stringify(fields.uri)}` : "";
  return `{"digest":"${digest}","name":${JSON.stringify(fields.name)},"size":${fields.size}${uri}}`;
}

function writeInstant(value: Date, place: Place): string {
  if (Number.isNaN(value.getTime())) throw notEncodable(place, "an invalid Date");
  return `{"$instant":"${value.toISOString()}"}`;
}

function writeMap(value: ReadonlyMap<unknown, unknown>, place: Place): string {
  const entries = [...value].map(
    ([key, item]) =>
      `[${writePart(key, place, "key")},${writePart(item, place, typeof key === "string" ? key : "value")}]`,
  );
  return `{"$map":[${sorted(entries)}]}`;
}

/** Stored whole; hashed by its code: a task or workflow by its hash, a lambda by what its template means (C15). */
function writeCallable(value: Callable, place: Place): string {
  const fields = callableFields(value);
  const isHashed = place.options.locations !== true;
  if (fields.kind === "lambda") {
    const template = isHashed ? hashOfTemplate(fields.template) : fields.template;
    return `{"$call":${writePart({ ...fields, template }, place, "call")}}`;
  }
  const hash = place.options.taskHash?.(fields.name);
  return `{"$call":${writePart(hash === undefined ? fields : { ...fields, hash }, place, "call")}}`;
}

const isLazyNode = (value: object): boolean => Symbol.for("ligase.node") in value;

const sorted = (texts: string[]): string => [...new Set(texts)].toSorted().join(",");

function notEncodable(place: Place, found: string): LigaseError {
  return new LigaseError("value-not-encodable", { path: pathOf(place), found });
}

function pathOf(place: Place): string {
  const keys: (string | number)[] = [];
  for (let step = place.at; step !== null; step = step.up) keys.unshift(step.key);
  return keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
}

function revive(plain: unknown): unknown {
  if (typeof plain !== "object" || plain === null) return plain;
  if (Array.isArray(plain)) return plain.map(revive);
  const keys = Object.keys(plain);
  const first = keys[0];
  if (keys.length === 1 && first !== undefined && first.startsWith("$") && !first.startsWith("$$")) {
    return reviveTagged(first, (plain as Record<string, unknown>)[first]);
  }
  const record: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(plain)) {
    const name = key.startsWith("$$") ? key.slice(1) : key;
    // `__proto__` as a field must become a field, not a prototype.
    if (name === "__proto__")
      Object.defineProperty(record, name, { value: revive(item), enumerable: true, writable: true });
    else record[name] = revive(item);
  }
  return record;
}

function reviveTagged(tag: string, body: unknown): unknown {
  switch (tag) {
    case "$number":
      return Number(body);
    case "$bigint":
      return BigInt(body as string);
    case "$instant":
      return new Date(body as string);
    case "$bytes":
      return new Uint8Array(Buffer.from(body as string, "base64"));
    case "$map":
      return new Map((body as [unknown, unknown][]).map(([key, item]) => [revive(key), revive(item)]));
    case "$set":
      return new Set((body as unknown[]).map(revive));
    case "$file":
      return new File(body as FileFields);
    case "$dir":
      return new Dir(body as FileFields);
    case "$call":
      return decodeCallable(revive(body));
    default:
      throw new LigaseError("value-not-decodable", { reason: `unknown tag ${tag}` });
  }
}

/** A reference to a secret by name. It never holds the secret itself, and the codec refuses it (C6, section 8). */
export class Secret {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
