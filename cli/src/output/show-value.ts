import { typeAt, type TypeIr } from "@ligase/sdk/values";
import { showScalar, type ScalarOptions } from "./show-scalar.ts";
import { orderedKeys, valueTable } from "./value-table.ts";
import { isRecord } from "./value-kinds.ts";
import { padTo, printable, printableLine, visibleWidth } from "./visible-text.ts";

export interface ShowOptions extends ScalarOptions {
  /** The value's type, if it is known: it gives the order of fields, and the meaning of numbers. */
  readonly type?: TypeIr | undefined;
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
  const { type, maxItems = 12, ...rest } = options;
  return lines({ value, type }, { ...rest, maxItems, depth: 0 });
}

/** A value with its type, if it is known. */
interface Typed {
  readonly value: unknown;
  readonly type: TypeIr | undefined;
}

interface Context extends ScalarOptions {
  readonly depth: number;
  readonly maxItems: number;
}

function lines({ value, type }: Typed, context: Context): readonly string[] {
  if (context.depth > MAX_DEPTH) return [context.palette.dim("…")];
  if (Array.isArray(value)) return listLines(value, type, context);
  if (value instanceof Set) return listLines([...value], type, context);
  if (value instanceof Map) return fieldLines(mapFields(value), context);
  if (isRecord(value)) {
    const keys = orderedKeys(value, type);
    return fieldLines(
      keys.map((name) => ({ name, item: { value: value[name], type: type && typeAt(type, name) } })),
      context,
    );
  }
  if (typeof value === "string" && value.includes("\n")) return textLines(value, context);
  return [showScalar(value, type, context)];
}

interface NamedField {
  readonly name: string;
  readonly item: Typed;
}

function mapFields(map: ReadonlyMap<unknown, unknown>): readonly NamedField[] {
  return [...map].map(([key, value]) => ({
    name: typeof key === "string" ? key : JSON.stringify(key),
    item: { value, type: undefined },
  }));
}

function fieldLines(fields: readonly NamedField[], context: Context): readonly string[] {
  if (fields.length === 0) return [context.palette.dim("{}")];
  const shown = fields.slice(0, context.maxItems);
  const short = shown.filter(({ item }) => isShort(item.value));
  const nameWidth = Math.max(0, ...short.map(({ name }) => visibleWidth(fieldTitle(name))));
  const body = shown.flatMap(({ name, item }) => {
    const title = context.palette.blue(fieldTitle(name));
    if (!isShort(item.value)) return [title, ...lines(item, deeper(context)).map((line) => `  ${line}`)];
    const [line = ""] = lines(item, { ...deeper(context), width: context.width - nameWidth - 2 });
    return [`${padTo(title, nameWidth)}  ${line}`];
  });
  return [...body, ...leftOut(fields.length - shown.length, "fields", context)];
}

const fieldTitle = (name: string): string => printableLine(name) || '""';

function listLines(items: readonly unknown[], type: TypeIr | undefined, context: Context): readonly string[] {
  if (items.length === 0) return [context.palette.dim("[]")];
  // The end of a long list says as much as its beginning.
  const head = items.length <= context.maxItems ? items : items.slice(0, context.maxItems - 2);
  const tail = items.slice(Math.max(head.length, items.length - 2));
  const skipped = leftOut(items.length - head.length - tail.length, "items", context);
  const table = valueTable([...head, ...tail], type && typeAt(type, 0), context);
  if (table !== undefined)
    return [...table.slice(0, head.length + 1), ...skipped, ...table.slice(head.length + 1)];
  const dash = context.palette.dim("-");
  const render = (value: unknown, position: number): readonly string[] =>
    lines({ value, type: type && typeAt(type, position) }, deeper(context)).map(
      (line, index) => `${index === 0 ? dash : " "} ${line}`,
    );
  return [...head.flatMap(render), ...skipped, ...tail.flatMap(render)];
}

/** Short values stand behind their name, long ones below it. */
function isShort(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Map || value instanceof Set) return value.size === 0;
  if (isRecord(value)) return Object.keys(value).length === 0;
  return !(typeof value === "string" && value.includes("\n"));
}

function textLines(text: string, context: Context): readonly string[] {
  const all = text.replace(/\n$/, "").split("\n");
  const shown = all.slice(0, MAX_TEXT_LINES).map((line) => `${context.palette.dim("│")} ${printable(line)}`);
  return [...shown, ...leftOut(all.length - shown.length, "lines", context)];
}

function leftOut(count: number, what: string, { palette }: Context): readonly string[] {
  return count <= 0 ? [] : [palette.dim(`… ${withCommas(count)} more ${what}`)];
}

/** As `toLocaleString` writes it, which takes a tenth of a second when it is called first. */
const withCommas = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** What is inside stands two characters to the right. */
const deeper = (context: Context): Context => ({
  ...context,
  depth: context.depth + 1,
  width: context.width - 2,
});
