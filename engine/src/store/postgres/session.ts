import { setTimeout as wait } from "node:timers/promises";
import type { Durability } from "../../ports/store.ts";
import { beginStep, Connection, ConnectionError } from "./connection.ts";
import type { Problem, Result, Step, TransactRequest, WorkerOptions } from "./protocol.ts";

/** Thrown with what the store is told. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** A transaction that is open, with all that was asked in it so far. */
interface Transaction {
  readonly durability: Durability;
  readonly log: { readonly steps: readonly Step[]; readonly results: readonly Result[] }[];
  tells: boolean;
  /** Where it is open; another connection must hear it all first. */
  connection: Connection | null;
  /** Whether a commit was sent whose answer did not come. */
  isInDoubt: boolean;
}

/** Channel by which engines of one schema tell each other to look. */
export const channelOf = (schema: string): string => `ligase ${schema}`;

/*
 * The connection that reads and writes. When it breaks, reads are asked again, and an open transaction, which the
 * server has undone, is played again from its record: it goes on only when everything read in it is as it was. Each
 * commit writes its number into the row of this writer. So a commit whose answer was lost is known: either the row has
 * its number or not. And a server that crashed and came back without the last computed commits is found out.
 */
export class Session {
  readonly #options: WorkerOptions;
  readonly #names = new Map<string, string>();
  /** Numbers of all server processes that served this writer: their notifications are its own. */
  readonly pids = new Set<number>();
  #connection: Connection | null = null;
  #transaction: Transaction | null = null;
  /** Number of the last commit that is known to be done, and the one that the row has. */
  #committed = 0;
  #found = 0;
  #wasConnected = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  read(steps: readonly Step[]): Promise<readonly Result[]> {
    return this.use((connection) => connection.run(steps));
  }

  async transact(request: TransactRequest): Promise<readonly Result[]> {
    if (request.begin !== null) this.#transaction = begun(request.begin);
    if (request.end === "rollback") return this.#rollback();
    const transaction = this.#transaction;
    if (transaction === null) throw new ProblemError(ABORTED);
    transaction.tells ||= request.tells;
    try {
      const results = await this.use((connection) => this.#advance(connection, transaction, request));
      if (request.end === "commit") this.#transaction = null;
      return results;
    } catch (error) {
      await this.#rollback();
      throw error;
    }
  }

  async #advance(
    connection: Connection,
    transaction: Transaction,
    { steps, isAsked, end }: TransactRequest,
  ): Promise<readonly Result[]> {
    if (transaction.isInDoubt && this.#found > this.#committed) {
      this.#committed = this.#found;
      return transaction.log.at(-1)?.results ?? [];
    }
    transaction.isInDoubt = false;
    const opening = await this.#opening(connection, transaction);
    if (end === "commit" && !isAsked) {
      await this.#commit(connection, transaction, [...opening, ...steps]);
      return [];
    }
    // Of a commit that is tried again the steps are in the record.
    if (transaction.log.at(-1)?.steps !== steps) {
      const results = (await connection.run([...opening, ...steps])).slice(opening.length);
      transaction.log.push({ steps, results });
    }
    if (end === "commit") await this.#commit(connection, transaction, []);
    return transaction.log.at(-1)?.results ?? [];
  }

  /** The steps that come first. A transaction that was open elsewhere is played again as far as it was. */
  async #opening(connection: Connection, transaction: Transaction): Promise<readonly Step[]> {
    if (transaction.connection === connection) return [];
    transaction.connection = connection;
    const begin = beginStep(transaction.durability);
    if (transaction.log.length === 0) return [begin];
    await connection.run([begin]);
    for (const { steps, results } of transaction.log) {
      const again = await connection.run(steps);
      if (JSON.stringify(again) !== JSON.stringify(results))
        throw unavailable("the connection broke in a transaction, and what it had read is not so any more");
    }
    return [];
  }

  async #commit(connection: Connection, transaction: Transaction, steps: readonly Step[]): Promise<void> {
    const number = this.#committed + 1;
    const { writer, schema } = this.#options;
    const told = { text: "SELECT pg_notify($1, '')", values: [channelOf(schema)] };
    transaction.isInDoubt = true;
    await connection.run([
      ...steps,
      { text: COUNT, values: [writer, number, transaction.tells ? 1 : 0] },
      ...(transaction.tells ? [told] : []),
      { text: "COMMIT", values: [] },
    ]);
    this.#committed = number;
  }

  async #rollback(): Promise<readonly Result[]> {
    const transaction = this.#transaction;
    this.#transaction = null;
    const { connection = null } = transaction ?? {};
    if (connection === null || !connection.isAlive) return [];
    try {
      await connection.run([{ text: "ROLLBACK", values: [] }]);
    } catch {
      // The server undoes what a connection that is gone left open.
      connection.drop();
    }
    return [];
  }

  /** Does something on a connection, and again on another when it breaks. Throws when the server is away for too long. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    let until: number | null = null;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
      try {
        return await work(await this.#connected());
      } catch (error) {
        const isFirst = !this.#wasConnected;
        if (!(error instanceof ConnectionError) || !isPassing(error, isFirst)) throw error;
        // A new connection knows nothing of the old one's plans and locks.
        this.#connection?.drop();
        until ??= Date.now() + this.#options.patienceMs;
        if (Date.now() + pauseMs > until) throw unavailable(error.message);
        await wait(pauseMs);
      }
    }
  }

  async #connected(): Promise<Connection> {
    if (this.#connection?.isAlive === true) return this.#connection;
    const connection = await Connection.open(this.#options, this.#names);
    this.pids.add(connection.pid);
    this.#wasConnected = true;
    this.#connection = connection;
    if (this.#committed > 0 || this.#transaction?.isInDoubt === true) await this.#checkCommits(connection);
    return connection;
  }

  /** Waits for the commit that may still be under way on the broken connection, and sees what the server has. */
  async #checkCommits(connection: Connection): Promise<void> {
    const [found] = await connection.run([{ text: FIND, values: [this.#options.writer] }]);
    this.#found = Number(found?.rows[0]?.[0]);
    const lost = this.#committed - this.#found;
    if (lost <= 0) return;
    this.#committed = this.#found;
    throw new ProblemError({ kind: "lost", commits: lost });
  }

  async close(): Promise<void> {
    if (this.#connection?.isAlive !== true) return;
    const { writer } = this.#options;
    if (this.#committed > 0)
      await this.#connection.run([{ text: "DELETE FROM writer WHERE name = $1", values: [writer] }]);
    await this.#connection.end();
  }
}

const begun = (durability: Durability): Transaction => ({
  durability,
  log: [],
  tells: false,
  connection: null,
  isInDoubt: false,
});

const ABORTED: Problem = { kind: "sql", code: "25P02", reason: "the transaction has failed before" };

const unavailable = (reason: string): ProblemError => new ProblemError({ kind: "unavailable", reason });

const [FIRST_PAUSE_MS, LAST_PAUSE_MS] = [10, 1_000];

const COUNT = `INSERT INTO writer (name, commits, told, at) VALUES ($1, $2, $3, now())
  ON CONFLICT (name) DO UPDATE SET commits = excluded.commits, told = writer.told + excluded.told, at = excluded.at`;

/** As an update it waits for a transaction that has the row, or makes it. */
const FIND = `INSERT INTO writer (name, commits, told, at) VALUES ($1, 0, 0, now())
  ON CONFLICT (name) DO UPDATE SET at = excluded.at RETURNING commits`;

/** The server starts or has no place; a deadlock or a conflict that repeating solves; a plan of before a migration. */
const PASSING = new Set(["57P03", "53300", "40P01", "40001", "0A000"]);
/** What a server that refuses says to a first connection is final, as is that there is none. */
function isPassing({ code, isLost }: ConnectionError, isFirst: boolean): boolean {
  if (PASSING.has(code)) return true;
  const isRefusal = /^(?:28|3D|42|22)/.test(code);
  return isLost && !isFirst && !isRefusal;
}
