import { fileURLToPath } from "node:url";
import { isDir, isFile, type FileFields } from "./file.ts";

/**
 * A value as plain JSON for machines. Files and folders are records with `uri` (so that the document can be an input of
 * another run), path, name, size and digest; sets are lists, maps lists of pairs, bytes base64, bigints text.
 */
export function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "function") return { task: value.name };
  if (typeof value !== "object" || value === null) return value ?? null;
  if (isFile(value) || isDir(value)) return fileDocument(value);
  if (Array.isArray(value)) return value.map(jsonValue);
  if (value instanceof Set) return [...value].map(jsonValue);
  if (value instanceof Map) return [...value].map(([key, item]) => [jsonValue(key), jsonValue(item)]);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (isPlainRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonValue(item)]));
  return value;
}

function fileDocument({ uri, name, size, digest }: FileFields): Readonly<Record<string, unknown>> {
  const path = uri.startsWith("file:") ? { path: fileURLToPath(uri) } : {};
  return { uri, ...path, name, size, digest };
}

function isPlainRecord(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
