import { formatSize } from "@ligase/sdk/internal";
import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Palette } from "./palette.ts";
import { textTable } from "./text-table.ts";
import { cutTo, printable, visibleWidth } from "./visible-text.ts";
import { isDirValue, isFileValue, isRecord, type FileLike } from "./value-kinds.ts";

export interface ShowOptions {
  readonly palette: Palette;
  /** Characters in a line. */
  readonly width: number;
  /** Paths below this folder are shown from there. */
  readonly cwd: string;
  /** Items of a list or fields of a record that are shown. Default 12. */
  readonly maxItems?: number;
}

const MAX_DEPTH = 8;
const MAX_TEXT_LINES = 12;

/**
 * A value as lines for people: records by field, lists by item, lists of flat records as a table; files with path, size
 * and the beginning of their hash. What is long is cut, and says how much is left out.
 */
export function showValue(value: unknown, options: ShowOptions): readonly string[] {
  return lines(value, { ...options, depth: 0, maxItems: options.maxItems ?? 12 });
}

interface Context extends ShowOptions {
  readonly depth: number;
  readonly maxItems: number;
}

function lines(value: unknown, context: Context): readonly string[] {
  if (context.depth > MAX_DEPTH) return [context.palette.dim("…")];
  if (Array.isArray(value)) return listLines(value, context);
  if (value instanceof Set) return listLines([...value], context);
  if (value instanceof Map) return fieldLines([...value].map(([key, item]) => [keyText(key), item]), context);
  if (isRecord(value)) return fieldLines(Object.entries(value), context);
  if (typeof value === "string" && value.includes("\n")) return textLines(value, context);
  return [scalar(value, context)];
}

function fieldLines(fields: readonly (readonly [string, unknown])[], context: Context): readonly string[] {
  if (fields.length === 0) return [context.palette.dim("{}")];
  const shown = fields.slice(0, context.maxItems);
  const nameWidth = Math.max(...shown.filter(([, item]) => isShort(item)).map(([name]) => visibleWidth(printable(name))), 0);
  const body = shown.flatMap(([name, item]) => {
    const title = context.palette.blue(printable(name));
    const inner = lines(item, deeper(context));
    if (isShort(item) && inner.length === 1)
      return [`${title}${" ".repeat(Math.max(0, nameWidth - visibleWidth(title)))}  ${inner[0]}`];
    return [title, ...inner.map((line) => `  ${line}`)];
  });
  return [...body, ...leftOut(fields.length - shown.length, "fields", context)];
}

function listLines(items: readonly unknown[], context: Context): readonly string[] {
  if (items.length === 0) return [context.palette.dim("[]")];
  // The end of a long list says as much as its beginning.
  const head = items.length <= context.maxItems ? items : items.slice(0, context.maxItems - 2);
  const tail = items.slice(Math.max(head.length, items.length - 2));
  const skipped = leftOut(items.length - head.length - tail.length, "items", context);
  const table = tableLines(head, tail, skipped, context);
  if (table !== undefined) return table;
  const render = (item: unknown): readonly string[] =>
    lines(item, deeper(context)).map((line, index) => (index === 0 ? `${context.palette.dim("-")} ${line}` : `  ${line}`));
  return [...head.flatMap(render), ...skipped, ...tail.flatMap(render)];
}

/** Records with the same few short fields read best as a table, where it fits. */
function tableLines(
  head: readonly unknown[],
  tail: readonly unknown[],
  skipped: readonly string[],
  context: Context,
): readonly string[] | undefined {
  const rows = [...head, ...tail];
  const keys = isRecord(rows[0]) ? Object.keys(rows[0]) : [];
  const isTable =
    rows.length >= 2 &&
    keys.length >= 2 &&
    rows.every((row) => isRecord(row) && sameKeys(Object.keys(row), keys) && Object.values(row).every(isCell));
  if (!isTable) return undefined;
  const cells = rows.map((row) => keys.map((key) => scalar((row as Record<string, unknown>)[key], context)));
  const columns = keys.map((key) => ({
    title: context.palette.blue(printable(key)),
    align: rows.every((row) => typeof (row as Record<string, unknown>)[key] === "number") ? ("end" as const) : ("start" as const),
  }));
  const table = textTable(columns, cells);
  if (table.some((line) => visibleWidth(line) > context.width - 2 * context.depth)) return undefined;
  const header = head.length + 1;
  return [...table.slice(0, header), ...skipped, ...table.slice(header)];
}

const sameKeys = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && other.every((key) => one.includes(key));

function isCell(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\n");
  return value === null || ["number", "boolean", "bigint"].includes(typeof value);
}

/** Short values stand behind their name, long ones below it. */
function isShort(value: unknown): boolean {
  if (Array.isArray(value) || value instanceof Set) return [...value].length === 0;
  if (value instanceof Map) return value.size === 0;
  if (isRecord(value)) return Object.keys(value).length === 0;
  return !(typeof value === "string" && value.includes("\n"));
}

function textLines(text: string, context: Context): readonly string[] {
  const all = text.replace(/\n$/, "").split("\n");
  const shown = all.slice(0, MAX_TEXT_LINES).map((line) => `${context.palette.dim("│")} ${printable(line)}`);
  return [...shown, ...leftOut(all.length - shown.length, "lines", context)];
}

function leftOut(count: number, what: string, { palette }: Context): readonly string[] {
  return count <= 0 ? [] : [palette.dim(`… ${count.toLocaleString("en")} more ${what}`)];
}

function scalar(value: unknown, context: Context): string {
  const { palette } = context;
  switch (typeof value) {
    case "string":
      return printable(cutTo(value, Math.max(20, context.width - 2 * context.depth))) || palette.dim('""');
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "undefined":
      return palette.dim("nothing");
    case "function":
      return palette.dim(`task ${value.name}`);
    default:
      return value === null ? palette.dim("null") : objectText(value as object, context);
  }
}

function objectText(value: object, context: Context): string {
  const { palette } = context;
  if (isFileValue(value)) return fileText(value, context);
  if (isDirValue(value)) return fileText(value, context, "/");
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid date" : value.toISOString();
  if (value instanceof Uint8Array) return palette.dim(`${formatSize(value.byteLength)} of bytes`);
  return palette.dim(`a ${value.constructor.name}`);
}

function fileText({ uri, size, digest }: FileLike, { palette, cwd }: Context, ending = ""): string {
  const facts = [size >= 0 ? formatSize(size) : "", shortDigest(digest)].filter((fact) => fact !== "");
  return [printable(placeText(uri, cwd)) + ending, palette.dim(facts.join("  "))].filter((part) => part !== "").join("  ");
}

/** A local file by its path, from the current folder when it is below it; others by their URI. */
export function placeText(uri: string, cwd: string): string {
  if (!uri.startsWith("file:")) return uri;
  const path = fileURLToPath(uri);
  const near = relative(cwd, path);
  return near === "" || near.startsWith("..") || isAbsolute(near) ? path : near;
}

/** The first eight digits of a digest, as people compare them. */
export const shortDigest = (digest: string | null): string => (digest ?? "").replace(/^sha256:/, "").slice(0, 8);

const deeper = (context: Context): Context => ({ ...context, depth: context.depth + 1 });

const keyText = (key: unknown): string => (typeof key === "string" ? key : JSON.stringify(key));
