import { LigaseError } from "@ligase/sdk";
import type { Clock } from "../ports/clock.ts";
import type { EventSource } from "../ports/events.ts";
import { PollingSource, type Found } from "./polling-source.ts";
import { openQueried, type Queried, type QueriedRow } from "./queried-database.ts";

export interface QuerySourceOptions {
  /** What it told is remembered under this name. */
  readonly name: string;
  /** `postgres://…`, or the path of a SQLite file, which is only read. */
  readonly database: string;
  /**
   * Gives the rows after `:cursor` in its order, such as
   * `SELECT id, 'order:' || number AS key, total FROM orders WHERE id > :cursor ORDER BY id LIMIT 100`.
   */
  readonly query: string;
  /** Column that grows from row to row, each row's another; rows must become visible in its order. */
  readonly cursor: string;
  /** What the cursor is before the first row. */
  readonly from: number | string;
  /** Column with the event's key; default `key`. */
  readonly key?: string;
  /** Milliseconds between two looks; default 5,000. */
  readonly everyMs?: number;
}

const EVERY_MS = 5_000;
const PLACEHOLDER = /(?<!:):cursor\b/g;

/**
 * Tells of each row of a query: the payload is the row, and its cursor names the message. Throws `event-source-not-valid`.
 */
export function createQuerySource(options: QuerySourceOptions & { readonly clock: Clock }): EventSource {
  const { name, query } = options;
  if (query.search(PLACEHOLDER) < 0)
    throw new LigaseError("event-source-not-valid", {
      source: name,
      reason: "its query does not use :cursor",
    });
  return new QuerySource(options);
}

class QuerySource extends PollingSource {
  readonly #database: Queried;

  constructor(options: QuerySourceOptions & { readonly clock: Clock }) {
    const { name, clock, everyMs = EVERY_MS } = options;
    const database = openQueried(options.database, (parameter) =>
      options.query.replaceAll(PLACEHOLDER, parameter),
    );
    super({ name, clock, everyMs, look: (after) => rowsAfter(database, options, after) });
    this.#database = database;
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.#database.close();
  }
}

async function* rowsAfter(database: Queried, options: QuerySourceOptions, after: string | null): Found {
  let cursor = after === null ? options.from : (JSON.parse(after) as number | string);
  for (;;) {
    const rows = await database.rows(cursor);
    for (const row of rows) {
      cursor = cursorOf(row, options);
      const text = JSON.stringify(cursor);
      yield { message: { id: text, key: keyOf(row, options), payload: row }, cursor: text };
    }
    if (rows.length === 0) return;
  }
}

function cursorOf(row: QueriedRow, { name, cursor }: QuerySourceOptions): number | string {
  const value = row[cursor];
  if (typeof value === "number" || typeof value === "string") return value;
  throw new LigaseError("event-source-not-valid", {
    source: name,
    reason: `its rows have no number or text in the column "${cursor}"`,
  });
}

/** A row without a key is told as one that has none: it is passed over, and why is told. */
function keyOf(row: QueriedRow, { key = "key" }: QuerySourceOptions): string {
  const value = row[key];
  return typeof value === "number" || typeof value === "string" ? String(value) : "";
}
