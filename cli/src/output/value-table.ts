import { typeAt, type TypeIr } from "@ligase/sdk/values";
import { showScalar, type ScalarOptions } from "./show-scalar.ts";
import { textTable } from "./text-table.ts";
import { isRecord } from "./value-kinds.ts";
import { cutTo, printableLine, visibleWidth } from "./visible-text.ts";

/** Titles are cut to this where the table would be too wide. */
const NARROW_TITLE = 12;

type Row = Readonly<Record<string, unknown>>;

/** Lines of a table of records with the same few short fields, its header first; undefined where they are no table. */
export function valueTable(
  items: readonly unknown[],
  row: TypeIr | undefined,
  options: ScalarOptions,
): readonly string[] | undefined {
  if (!isTable(items)) return undefined;
  const keys = orderedKeys(items[0] ?? {}, row);
  const cells = items.map((item) =>
    keys.map((key) => showScalar(item[key], row && typeAt(row, key), options)),
  );
  const render = (titleWidth: number): readonly string[] => {
    const columns = keys.map((key) => ({
      title: options.palette.blue(cutTo(printableLine(key), titleWidth)),
      align: items.every((item) => typeof item[key] === "number") ? ("end" as const) : ("start" as const),
    }));
    return textTable(columns, cells);
  };
  return [render(Infinity), render(NARROW_TITLE)].find((lines) =>
    lines.every((line) => visibleWidth(line) <= options.width),
  );
}

function isTable(items: readonly unknown[]): items is readonly Row[] {
  const [first] = items;
  if (!isRecord(first) || items.length < 2) return false;
  const keys = Object.keys(first);
  return (
    keys.length >= 2 &&
    items.every(
      (item) =>
        isRecord(item) &&
        Object.keys(item).length === keys.length &&
        keys.every((key) => Object.hasOwn(item, key) && isCell(item[key])),
    )
  );
}

function isCell(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\n");
  return value === null || ["number", "boolean", "bigint"].includes(typeof value);
}

/** Field names as their type has them; stored values have theirs in the order of the alphabet. */
export function orderedKeys(record: Row, type: TypeIr | undefined): readonly string[] {
  const keys = Object.keys(record);
  const fields = fieldsOf(type);
  return fields === undefined
    ? keys
    : [
        ...fields.filter((name) => Object.hasOwn(record, name)),
        ...keys.filter((key) => !fields.includes(key)),
      ];
}

function fieldsOf(type: TypeIr | undefined): readonly string[] | undefined {
  if (type?.kind === "record") return Object.keys(type.fields);
  return type?.kind === "nullable" || type?.kind === "checked" ? fieldsOf(type.inner) : undefined;
}
