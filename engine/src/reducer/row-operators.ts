import { encode } from "@ligase/sdk/internal";
import { find, HEAD, headCell, knownCell, partOrigin, WHOLE, type Cell, type Structure } from "./cell.ts";
import { itemCell, ListParts, listLength, RecordParts } from "./structure.ts";

/*
 * What each row operator makes of rows whose keys are known. Rows are cells: only their shape or keys need be known,
 * the rest may be pending (C5).
 */

export type RowsResult =
  | { readonly structure: Structure }
  | { readonly cell: Cell }
  | { readonly value: unknown }
  | { readonly problem: { readonly code: string; readonly message: string; readonly remedy: string } };

/** Options as a template holds them; each operator reads its own. */
export interface RowsOptions {
  readonly key?: readonly string[] | string | null;
  readonly unmatched?: "error" | "drop" | "keep-left";
  readonly size?: number;
  readonly descending?: boolean;
}

interface Known {
  readonly lists: readonly (readonly Cell[])[];
  /** Key values by list, row and field. */
  readonly keys: readonly (readonly (readonly unknown[])[])[];
  readonly plain: readonly unknown[];
  readonly options: RowsOptions;
}

export interface RowOperator {
  /** How many operands, from the last, are plain values and not lists. */
  readonly plain: number;
  /** Whether the shape of every row must be known: which fields it has, or how many items. */
  readonly shapes: boolean;
  /** Fields to be known of every row; null for none. */
  fields(options: RowsOptions, plain: readonly unknown[]): readonly string[] | null;
  apply(known: Known): RowsResult;
}

const keyOption = ({ key }: RowsOptions): readonly string[] | null =>
  key === undefined || key === null ? null : [key].flat();
const none = (): null => null;

function operator(apply: RowOperator["apply"], more: Partial<RowOperator> = {}): RowOperator {
  return { plain: 0, shapes: false, fields: none, apply, ...more };
}

/** Every row operator by its name in templates. A name is permanent. */
export const rowOperators: Readonly<Record<string, RowOperator>> = {
  groupBy: operator(groupBy, { fields: keyOption }),
  joinBy: operator(joinBy, { fields: keyOption, shapes: true }),
  filter: operator(filter, {
    plain: 1,
    fields: (_options, [where]) => Object.keys(where as object).toSorted(),
  }),
  cross: operator(cross, { shapes: true }),
  chunk: operator(chunk),
  flatten: operator(flatten, { shapes: true }),
  concat: operator(({ lists }) => list(lists.flat())),
  zip: operator(zip),
  sortBy: operator(sortBy, { fields: keyOption }),
  pluck: operator(pluck, { shapes: true }),
  unique: operator(unique, { fields: keyOption }),
  count: operator(({ lists }) => ({ value: lists[0]?.length ?? 0 })),
};

const list = (cells: readonly Cell[]): RowsResult => ({ structure: new ListParts(cells) });

function groupBy({ lists: [rows = []], keys: [keys = []], options }: Known): RowsResult {
  const names = keyOption(options) ?? [];
  const groups = new Map<string, { key: readonly unknown[]; rows: Cell[] }>();
  rows.forEach((row, index) => {
    const key = keys[index] ?? [];
    const text = encode(key);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key, rows: [row] });
    else group.rows.push(row);
  });
  return list(
    [...groups.values()].map((group) => {
      const key = group.key.map((part) => knownCell(part, null));
      return headCell(new RecordParts([...names, "rows"], [...key, headCell(new ListParts(group.rows))]));
    }),
  );
}

function joinBy({
  lists: [left = [], right = []],
  keys: [leftKeys = [], rightKeys = []],
  options,
}: Known): RowsResult {
  const { unmatched } = options;
  const byKey = new Map<string, Cell[]>();
  right.forEach((row, index) => {
    const text = encode(rightKeys[index]);
    byKey.set(text, [...(byKey.get(text) ?? []), row]);
  });
  const used = new Set<string>();
  const joined: Cell[] = [];
  for (const [index, row] of left.entries()) {
    const text = encode(leftKeys[index]);
    const partners = byKey.get(text);
    used.add(text);
    if (partners !== undefined) joined.push(...partners.map((partner) => merged(row, partner)));
    else if (unmatched === "keep-left") joined.push(row);
    else if (unmatched === "error") return noPartner("left", index, leftKeys[index], options);
  }
  const lonely = right.findIndex((_, index) => !used.has(encode(rightKeys[index])));
  if (unmatched === "error" && lonely >= 0) return noPartner("right", lonely, rightKeys[lonely], options);
  return list(joined);
}

function noPartner(side: string, index: number, key: unknown, options: Known["options"]): RowsResult {
  const names = (keyOption(options) ?? []).join(", ");
  return {
    problem: {
      code: "row-without-partner",
      message: `joinBy: row ${index + 1} of the ${side} list (${names} = ${JSON.stringify(key)}) has no partner in the other list.`,
      remedy:
        'Add the missing row, or say what to do with { unmatched: "drop" } or { unmatched: "keep-left" }.',
    },
  };
}

/** One record with the fields of both rows; the right one's win. */
function merged(left: Cell, right: Cell): Cell {
  const fields = new Map([...fieldsOf(left), ...fieldsOf(right)]);
  return headCell(new RecordParts([...fields.keys()], [...fields.values()]));
}

function fieldsOf(cell: Cell): readonly (readonly [string, Cell])[] {
  const row = find(cell);
  if (row.status === HEAD && row.structure instanceof RecordParts) {
    const { keys, cells } = row.structure;
    return keys.map((key, index) => [key, cells[index] as Cell] as const);
  }
  if (row.status !== WHOLE || typeof row.value !== "object" || row.value === null) return [];
  return Object.entries(row.value).map(
    ([key, value]) => [key, knownCell(value, partOrigin(row.origin, key))] as const,
  );
}

function filter({ lists: [rows = []], keys: [keys = []], plain: [where] }: Known): RowsResult {
  const fields = where as Readonly<Record<string, unknown>>;
  const wanted = encode(
    Object.keys(fields)
      .toSorted()
      .map((name) => fields[name]),
  );
  return list(rows.filter((_, index) => encode(keys[index]) === wanted));
}

function cross({ lists: [left = [], right = []] }: Known): RowsResult {
  return list(left.flatMap((row) => right.map((other) => merged(row, other))));
}

function chunk({ lists: [rows = []], options }: Known): RowsResult {
  const { size = 0 } = options;
  if (!Number.isInteger(size) || size < 1) {
    return {
      problem: {
        code: "chunk-size-not-valid",
        message: `chunk: the size is ${size}.`,
        remedy: "Give a whole number from 1.",
      },
    };
  }
  const chunks = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
  return list(chunks.map((part) => headCell(new ListParts(part))));
}

function flatten({ lists: [rows = []] }: Known): RowsResult {
  const cells: Cell[] = [];
  for (const [index, row] of rows.entries()) {
    const inner = find(row);
    const size = listLength(inner);
    if (size === null) {
      return {
        problem: {
          code: "row-not-a-list",
          message: `flatten: item ${index + 1} is not a list.`,
          remedy: "Give a list of lists.",
        },
      };
    }
    for (let at = 0; at < size; at++) cells.push(itemCell(inner, at));
  }
  return list(cells);
}

function zip({ lists: [left = [], right = []] }: Known): RowsResult {
  if (left.length !== right.length) {
    const message = `zip: the lists have ${left.length} and ${right.length} items.`;
    return {
      problem: {
        code: "lists-differ-in-length",
        message,
        remedy: "Give lists of one length, or join rows by a key with joinBy.",
      },
    };
  }
  return list(left.map((row, index) => headCell(new ListParts([row, right[index] as Cell]))));
}

function sortBy({ lists: [rows = []], keys: [keys = []], options }: Known): RowsResult {
  const direction = options.descending === true ? -1 : 1;
  const order = rows
    .map((_, index) => index)
    .toSorted((a, b) => direction * compareKeys(keys[a] ?? [], keys[b] ?? []) || a - b);
  return list(order.map((index) => rows[index] as Cell));
}

function compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [index, left] of a.entries()) {
    const difference = compareScalars(left, b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareScalars(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = typeof a === "string" && typeof b === "string" ? [a, b] : [encode(a), encode(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function pluck({ lists: [rows = []], options }: Known): RowsResult {
  const [name] = keyOption(options) ?? [];
  return list(rows.map((row) => fieldsOf(row).find(([key]) => key === name)?.[1] ?? knownCell(null, null)));
}

function unique({ lists: [rows = []], keys: [keys = []], options }: Known): RowsResult {
  const whole = keyOption(options) === null;
  const seen = new Set<string>();
  const kept = rows.filter((row, index) => {
    const text = encode(whole ? find(row).value : keys[index]);
    return !seen.has(text) && seen.add(text);
  });
  return list(kept);
}
