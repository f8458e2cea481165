import type { Durability } from "../../ports/store.ts";
import type { ListType, Prepare, Row, SqlDatabase, SqlValue, Statement } from "../sql/database.ts";
import type { Channel } from "./channel.ts";
import { manyRows } from "./many-rows.ts";
import type { Request, Result, Step } from "./protocol.ts";
import { storeError } from "./store-error.ts";
import { WriteQueue, type QueuedWrite } from "./write-queue.ts";

/** Numbers are given in blocks, so that a row's number is known without asking. */
const BLOCK = 1_000;

/** What other engines look for: decisions, wishes to cancel, leases, claims. */
const TELLING = new Set(["run", "gate", "signal", "claim"]);

const TYPES: Readonly<Record<ListType, string>> = { text: "text", integer: "bigint" };

/** A transaction whose `write` is under way. */
interface Open {
  readonly durability: Durability;
  isBegun: boolean;
}

/** The SQL of the entities on Postgres, through the thread that talks to the server. */
export class PostgresDatabase implements SqlDatabase {
  readonly now = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
  readonly prepare: Prepare;
  readonly prepareGuard: Prepare;
  readonly prepareNumbering: Prepare;
  readonly #channel: Channel;
  readonly #shown: string;
  readonly #types: ReadonlyMap<string, string>;
  readonly #queue = new WriteQueue();
  readonly #blocks = new Map<string, { next: number; end: number }>();
  #open: Open | null = null;
  #isListening = false;

  /** `columns` are rows of `table.column` and type. */
  constructor(channel: Channel, shown: string, columns: readonly (readonly unknown[])[]) {
    this.#channel = channel;
    this.#shown = shown;
    this.#types = new Map(columns as readonly (readonly [string, string])[]);
    this.prepare = once((sql) => this.#statement(sql));
    this.prepareGuard = once((sql) => this.#guard(sql));
    this.prepareNumbering = once((sql) => this.#numbering(sql));
  }

  isAmong(column: string, type: ListType): string {
    return `${column} = ANY(?::${TYPES[type]}[])`;
  }

  eachOf(type: ListType): string {
    return `unnest(?::${TYPES[type]}[]) AS each (value)`;
  }

  list(values: readonly (string | number)[]): SqlValue {
    return values as unknown as SqlValue;
  }

  commit(durability: Durability, write: () => void): void {
    if (this.#open !== null) throw new Error("A transaction was begun inside of another.");
    const open: Open = { durability, isBegun: false };
    this.#open = open;
    try {
      write();
      // What is durable takes along what was computed before, so it is sent even when it changes nothing.
      if (open.isBegun || !this.#queue.isEmpty || durability === "durable") this.#send([], "commit");
    } catch (error) {
      if (open.isBegun) this.#channel.ask(ROLLBACK);
      throw error;
    } finally {
      this.#queue.clear();
      this.#open = null;
    }
  }

  version(): number {
    if (!this.#isListening) this.#ask({ kind: "listen" });
    this.#isListening = true;
    return this.#channel.version;
  }

  close(): void {
    this.#channel.close();
  }

  #statement(sql: string): Statement {
    const [, table = ""] = /^\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)/.exec(sql) ?? [];
    const text = numbered(sql);
    const ask = (values: readonly SqlValue[]): Result => this.#one({ text, values }, table);
    const typeOf = (of: string, column: string): string => this.#types.get(`${of}.${column}`) ?? "text";
    const queued: QueuedWrite = { table, text, manyText: table === "" ? null : manyRows(sql, typeOf) };
    const queue: Statement["queue"] = (row, ...values) => {
      if (this.#open === null) ask(values);
      else this.#queue.add(queued, row, values);
    };
    return {
      ...asking(ask),
      queue,
      insert: (...values) => {
        const id = this.#number(table);
        queue(id, id, ...values);
        return id;
      },
    };
  }

  #guard(sql: string): Statement {
    const [plain, locking] = [this.prepare(sql), this.prepare(`${sql} FOR NO KEY UPDATE`)];
    const now = (): Statement => (this.#open === null ? plain : locking);
    return {
      ...plain,
      all: (...values) => now().all(...values),
      get: (...values) => now().get(...values),
      lists: (...values) => now().lists(...values),
    };
  }

  #numbering(sql: string): Statement {
    const text = numbered(sql);
    const ask = (values: readonly SqlValue[]): Result =>
      this.#ask({ kind: "number", steps: [{ text, values }] });
    return {
      ...asking(ask),
      queue: (_row, ...values) => void ask(values),
      insert: () => {
        throw new Error("A row that numbers something gets its number from the database.");
      },
    };
  }

  /** The result of a step. Outside of a transaction a write is one of its own. */
  #one(step: Step, table: string): Result {
    if (this.#open !== null) return this.#send([step], null, TELLING.has(table));
    if (table === "") return this.#ask({ kind: "read", steps: [step] });
    const tells = TELLING.has(table);
    return this.#ask({ kind: "transact", begin: "computed", steps: [step], isAsked: true, end: "commit", tells });
  }

  /** Sends what waits and a step after it. */
  #send(asked: readonly Step[], end: "commit" | null, tellsNow = false): Result {
    const open = this.#open as Open;
    const tells = tellsNow || this.#queue.tables.some((table) => TELLING.has(table));
    const steps = [...this.#queue.take(), ...asked];
    const begin = open.isBegun ? null : open.durability;
    open.isBegun = true;
    return this.#ask({ kind: "transact", begin, steps, isAsked: asked.length > 0, end, tells });
  }

  #ask(request: Request): Result {
    const answer = this.#channel.ask(request);
    if ("kind" in answer) throw storeError(answer, this.#shown);
    return answer.at(-1) ?? NOTHING;
  }

  #number(table: string): number {
    let block = this.#blocks.get(table);
    if (block === undefined || block.next === block.end) {
      const text = "SELECT nextval(pg_get_serial_sequence($1, 'id'))";
      const found = this.#ask({ kind: "number", steps: [{ text, values: [table] }] });
      const end = Number(found.rows[0]?.[0]) * BLOCK + 1;
      this.#blocks.set(table, (block = { next: end - BLOCK, end }));
    }
    return block.next++;
  }
}

const ROLLBACK: Request = {
  kind: "transact",
  begin: null,
  steps: [],
  isAsked: false,
  end: "rollback",
  tells: false,
};

const NOTHING: Result = { columns: [], rows: [], changes: 0 };

/** What asks for a result at once. */
function asking(
  ask: (values: readonly SqlValue[]) => Result,
): Pick<Statement, "all" | "get" | "lists" | "run"> {
  return {
    all: (...values) => records(ask(values)),
    get: (...values) => records(ask(values))[0],
    lists: (...values) => ask(values).rows,
    run: (...values) => ({ changes: ask(values).changes }),
  };
}

const records = ({ columns, rows }: Result): readonly Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));

/** Postgres numbers its parameters. */
function numbered(sql: string): string {
  let at = 0;
  return sql.replaceAll("?", () => `$${++at}`);
}

function once(make: (sql: string) => Statement): Prepare {
  const made = new Map<string, Statement>();
  return (sql) => {
    let statement = made.get(sql);
    if (statement === undefined) made.set(sql, (statement = make(sql)));
    return statement;
  };
}
