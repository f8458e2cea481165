import type { SqlValue } from "../sql/database.ts";
import type { Step } from "./protocol.ts";

/** A write as the queue sees it. */
export interface QueuedWrite {
  readonly table: string;
  readonly text: string;
  /** The same for many rows, its parameters are lists of one column each; null when there is no such form. */
  readonly manyText: string | null;
  /** Whether other engines wait for it. */
  readonly tells: boolean;
}

interface Batch {
  readonly write: QueuedWrite;
  readonly rows: { readonly row: string | number | null; readonly values: readonly SqlValue[] }[];
}

/** What a table has of batches, in order, and for each row the last one that writes it. */
interface TableQueue {
  readonly batches: Batch[];
  readonly lastOf: Map<string | number, number>;
}

/**
 * Writes that wait for the end of the transaction. Those of one statement become one, for a statement of many rows costs
 * a fraction of many statements. Tables do not depend on each other, and neither do rows; writes to one row keep their
 * order.
 */
export class WriteQueue {
  #tables = new Map<string, TableQueue>();

  get isEmpty(): boolean {
    return this.#tables.size === 0;
  }

  get tells(): boolean {
    return [...this.#tables.values()].some(({ batches }) => batches.some(({ write }) => write.tells));
  }

  add(write: QueuedWrite, row: string | number | null, values: readonly SqlValue[]): void {
    let queue = this.#tables.get(write.table);
    if (queue === undefined)
      this.#tables.set(write.table, (queue = { batches: [], lastOf: new Map<string, number>() }));
    const { batches, lastOf } = queue;
    const after = row === null ? -1 : (lastOf.get(row) ?? -1);
    let at = batches.findLastIndex((batch) => batch.write === write);
    if (at <= after) at = batches.push({ write, rows: [] }) - 1;
    batches[at]?.rows.push({ row, values });
    if (row !== null) lastOf.set(row, at);
  }

  /** All that waits, as few steps. Tables and rows come in one order from every engine, so that none waits in a circle. */
  take(): readonly Step[] {
    const tables = [...this.#tables].toSorted(([a], [b]) => (a < b ? -1 : 1));
    this.clear();
    return tables.flatMap(([, { batches }]) => batches.flatMap(stepsOf));
  }

  clear(): void {
    this.#tables = new Map();
  }
}

function stepsOf({ write: { text, manyText }, rows }: Batch): readonly Step[] {
  const [first] = rows;
  if (first === undefined) return [];
  if (manyText === null || rows.length === 1) return rows.map(({ values }) => ({ text, values }));
  const sorted = typeof first.row === "string" ? rows.toSorted(byRow) : rows;
  const columns = first.values.map((_, column) => sorted.map(({ values }) => values[column] ?? null));
  return [{ text: manyText, values: columns }];
}

const byRow = (a: Batch["rows"][number], b: Batch["rows"][number]): number =>
  (a.row as string) < (b.row as string) ? -1 : 1;
