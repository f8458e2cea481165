import { isLigaseError, type LigaseError } from "@ligase/sdk/values";
import type { Durability } from "../../ports/store.ts";
import type { ListType, Prepare, Row, SqlDatabase, SqlValue, Statement } from "../sql/database.ts";
import type { Channel } from "./channel.ts";
import { manyRows } from "./many-rows.ts";
import type { Problem, Request, Result, Step } from "./protocol.ts";
import { storeError } from "./store-error.ts";
import { WriteQueue, type QueuedWrite } from "./write-queue.ts";

/** How many numbers of a table are taken at once; of other tables one, so that they grow with time. */
const BLOCKS: Readonly<Record<string, number>> = { call_node: 1_000 };

/** Writes that other engines wait for: decisions, wishes to cancel, leases, runs to launch, claims that come free. */
const TELLING =
  /^\s*(?:(?:INSERT INTO|UPDATE) (?:run|gate|signal|external_task|event_launch)|DELETE FROM claim)\b/;

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
  #loss: LigaseError | null = null;

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

  loss(): LigaseError | null {
    return this.#loss;
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
    const [, table = "", first = ""] = WRITE.exec(sql) ?? [];
    const text = numbered(sql);
    const kind = { isWrite: table !== "", tells: TELLING.test(sql) };
    const ask = (values: readonly SqlValue[]): Result => this.#one({ text, values }, kind);
    const typeOf = (of: string, column: string): string => this.#types.get(`${of}.${column}`) ?? "text";
    const queued: QueuedWrite = { table, text, manyText: manyRows(sql, typeOf), tells: kind.tells };
    const queue: Statement["queue"] = (row, ...values) => {
      if (this.#open === null) ask(values);
      else this.#queue.add(queued, row, values);
    };
    return {
      ...asking(ask),
      queue,
      insert: (...values) => {
        const number = this.#number(table, first);
        queue(number, number, ...values);
        return number;
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
  #one(step: Step, { isWrite, tells }: { isWrite: boolean; tells: boolean }): Result {
    if (this.#open !== null) return this.#send([step], null, tells);
    if (!isWrite) return this.#ask({ kind: "read", steps: [step] });
    return this.#ask({
      kind: "transact",
      begin: "computed",
      steps: [step],
      isAsked: true,
      end: "commit",
      tells,
    });
  }

  /** Sends what waits and a step after it. */
  #send(asked: readonly Step[], end: "commit" | null, isTelling = false): Result {
    const open = this.#open as Open;
    const tells = isTelling || this.#queue.tells;
    const steps = [...this.#queue.take(), ...asked];
    const begin = open.isBegun ? null : open.durability;
    open.isBegun = true;
    return this.#ask({ kind: "transact", begin, steps, isAsked: asked.length > 0, end, tells });
  }

  #ask(request: Request): Result {
    const answer = this.#channel.ask(request);
    if ("kind" in answer) throw this.#error(answer);
    return answer.at(-1) ?? NOTHING;
  }

  #error(problem: Problem): Error {
    const error = storeError(problem, this.#shown);
    // Whoever asked may ask again: what was lost concerns all who wrote.
    if (isLigaseError(error, "store-lost-writes")) this.#loss = error;
    return error;
  }

  /** The sequence of a table counts its blocks. A number is given once, also when a transaction is played again. */
  #number(table: string, column: string): number {
    let block = this.#blocks.get(table);
    if (block === undefined || block.next === block.end) {
      const size = BLOCKS[table] ?? 1;
      const text = "SELECT nextval(pg_get_serial_sequence($1, $2))";
      const found = this.#ask({ kind: "number", steps: [{ text, values: [table, column] }] });
      const end = Number(found.rows[0]?.[0]) * size + 1;
      this.#blocks.set(table, (block = { next: end - size, end }));
    }
    return block.next++;
  }
}

/** The table of a write, and the first column of a row that it adds. */
const WRITE = /^\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)(?: \((\w+))?/;

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
