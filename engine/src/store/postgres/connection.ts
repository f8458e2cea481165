import { Client, DatabaseError, type QueryArrayResult } from "pg";
import type { Durability } from "../../ports/store.ts";
import type { SqlValue } from "../sql/database.ts";
import type { Result, Step, WorkerOptions } from "./protocol.ts";

/** What the server or the way to it said: `isLost` when the connection is gone, `code` is the server's (SQLSTATE). */
export class ConnectionError extends Error {
  readonly code: string;
  readonly isLost: boolean;

  constructor(cause: unknown, isLost: boolean) {
    super(cause instanceof Error && cause.message !== "" ? cause.message : codeOf(cause), { cause });
    this.code = codeOf(cause);
    this.isLost = isLost;
  }
}

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? "";

/** How long the way to the server may be silent. */
const [CONNECT_MS, STATEMENT_MS] = [5_000, 60_000];

/** One connection to the server. Statements are prepared once, and go out without waiting for each other. */
export class Connection {
  readonly #client: Client;
  readonly #names: Map<string, string>;
  #isAlive = true;
  #pid = 0;

  private constructor(client: Client, names: Map<string, string>) {
    this.#client = client;
    this.#names = names;
    // A connection is found dead by whoever uses it next.
    client.on("error", () => (this.#isAlive = false));
    client.on("end", () => (this.#isAlive = false));
  }

  /** `names` are the names of prepared statements by their text. */
  static async open(options: WorkerOptions, names: Map<string, string>): Promise<Connection> {
    const client = new Client({
      connectionString: options.connection,
      application_name: "ligase",
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: STATEMENT_MS + CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      pipeline: true,
      types: { getTypeParser },
    });
    const connection = new Connection(client, names);
    try {
      await client.connect();
    } catch (error) {
      connection.drop();
      throw new ConnectionError(error, true);
    }
    const [settings] = await connection.run([{ text: SETTINGS, values: settingsOf(options) }]);
    connection.#pid = Number(settings?.rows[0]?.[0]);
    return connection;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Number of the process that serves this connection. */
  get pid(): number {
    return this.#pid;
  }

  onNotification(heard: (from: number) => void): void {
    this.#client.on("notification", ({ processId }) => heard(processId));
  }

  /** Runs statements one after another, and gives their results. Throws the first error. */
  async run(steps: readonly Step[]): Promise<readonly Result[]> {
    const running = steps.map(({ text, values }) => this.#query(text, values));
    const settled = await Promise.allSettled(running);
    return settled.map((one) => {
      if (one.status === "fulfilled") return resultOf(one.value);
      throw new ConnectionError(one.reason, !this.#isAlive || isEnding(one.reason));
    });
  }

  #query(text: string, values: Step["values"]): Promise<Answered> {
    if (values.length === 0) return this.#client.query<unknown[]>({ text, rowMode: "array" });
    return this.#client.query<unknown[]>({
      name: this.#nameOf(text),
      text,
      values: values.map(storable),
      rowMode: "array",
    });
  }

  #nameOf(text: string): string {
    let name = this.#names.get(text);
    if (name === undefined) this.#names.set(text, (name = `s${this.#names.size}`));
    return name;
  }

  drop(): void {
    this.#isAlive = false;
    // It may be half open: nobody waits for its end.
    this.#client.end().catch(() => undefined);
  }

  async end(): Promise<void> {
    this.#isAlive = false;
    await this.#client.end();
  }
}

/** Several statements in one text have several results. */
type Answered = QueryArrayResult<unknown[]> | readonly QueryArrayResult<unknown[]>[];

function resultOf(answered: Answered): Result {
  const result = "rows" in answered ? answered : answered.at(-1);
  if (result === undefined) return { columns: [], rows: [], changes: 0 };
  return {
    columns: result.fields.map((field) => field.name),
    rows: result.rows,
    changes: result.rowCount ?? 0,
  };
}

/** What is not said by the server, or with what it closes: it stops, somebody ended the session, it was silent too long. */
function isEnding(error: unknown): boolean {
  return !(error instanceof DatabaseError) || /^(?:0800[01346]|57P0[1235]|25P03)$/.test(codeOf(error));
}

export const beginStep = (durability: Durability): Step => ({
  text: `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE${durability === "computed" ? "; SET LOCAL synchronous_commit = off" : ""}`,
  values: [],
});

/** Durable is what the server is set to, unless that is not to wait for the disk. */
const SETTINGS = `SELECT pg_backend_pid(), set_config('search_path', quote_ident($1), false),
  set_config('lock_timeout', $2, false), set_config('statement_timeout', $3, false),
  set_config('idle_in_transaction_session_timeout', $4, false),
  set_config('synchronous_commit',
    CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`;

/** A stopped process must not hold a run's row for longer than others wait for it. */
const settingsOf = ({ schema, lockMs }: WorkerOptions): readonly string[] => [
  schema,
  String(lockMs),
  String(STATEMENT_MS),
  String(Math.ceil(lockMs * 0.8)),
];

/** The schema has numbers and texts alone. */
function getTypeParser(oid: number): (text: string) => unknown {
  return oid === INT8 || oid === INT4 ? Number : String;
}

const [INT8, INT4] = [20, 23];

/** Postgres has no text with the character 0. */
function storable(value: Step["values"][number]): Step["values"][number] {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\u2400") : value;
  return Array.isArray(value) ? value.map((part: SqlValue) => storable(part) as SqlValue) : value;
}
