import { DatabaseSync } from "node:sqlite";
import {
  migrations,
  sqliteDialect,
  sqliteStatement,
  type Durability,
  type SqlDatabase,
  type Statement,
} from "@ligase/engine/testing";
import { checkAlive, type Life } from "./life.ts";

/** What may happen to a commit. */
export interface CommitFaults {
  /** Called before a transaction begins; what it throws is what the store throws. */
  before(life: Life, durability: Durability): void;
  /** Called when all is written and not committed: what it throws undoes the transaction. */
  inside(life: Life): void;
  /** Called when it is committed. */
  after(life: Life): void;
}

/** One database for all seeds of this host process: each works in a savepoint of its own, which is undone after it. */
let host: DatabaseSync | undefined;
let nowOfSeed: () => number = () => 0;
const statements = new Map<string, Statement>();

function hostDatabase(): DatabaseSync {
  if (host !== undefined) return host;
  host = new DatabaseSync(":memory:");
  host.function("store_now", () => nowOfSeed());
  for (const sql of migrations()) host.exec(sql);
  return host;
}

function hostStatement(sql: string): Statement {
  let statement = statements.get(sql);
  if (statement === undefined)
    statements.set(sql, (statement = sqliteStatement(hostDatabase(), sql, (work) => work)));
  return statement;
}

const does = (sql: string): void => void hostStatement(sql).run();
const changes = (): number => hostStatement("SELECT total_changes() AS n").get()?.["n"] as number;

/**
 * The disk of the simulated machine with a database on it. A savepoint is open since the last durable commit: a power cut
 * goes back to it. What was committed survives the death of a process in any case.
 */
export class SimulatedDatabase {
  readonly #faults: CommitFaults;
  #writes = 0;
  #isInside = false;

  constructor(faults: CommitFaults, now: () => number) {
    this.#faults = faults;
    nowOfSeed = now;
    does("SAVEPOINT seed");
    does("SAVEPOINT undurable");
  }

  /** Rows, for checks from outside of all processes. */
  rows(sql: string, ...values: (string | number)[]): readonly unknown[] {
    return hostStatement(sql).all(...values);
  }

  /** What was committed and not made durable is gone. */
  cutPower(): void {
    does("ROLLBACK TO undurable");
  }

  /** Leaves nothing behind. */
  close(): void {
    does("ROLLBACK TO seed");
    does("RELEASE seed");
  }

  /** The connection of a process. */
  connect(life: Life): SqlDatabase {
    let own = 0;
    const wrote = (): void => {
      own++;
      this.#writes++;
    };
    const known = new Map<string, Statement>();
    const prepare = (text: string): Statement => {
      let statement = known.get(text);
      if (statement === undefined) known.set(text, (statement = this.#guarded(life, text, wrote)));
      return statement;
    };
    return {
      ...sqliteDialect,
      prepare,
      prepareGuard: prepare,
      prepareNumbering: prepare,
      commit: (durability, write) => this.#commit(life, { durability, write, wrote }),
      version: () => this.#writes - own,
      close: () => undefined,
    };
  }

  /** A statement that does nothing for the dead, and tells the other connections that something was written. */
  #guarded(life: Life, text: string, wrote: () => void): Statement {
    const statement = hostStatement(text);
    const isWrite = !/^\s*(SELECT|PRAGMA)/i.test(text);
    const guard = (work: (...values: unknown[]) => unknown) => {
      return (...values: unknown[]): unknown => {
        checkAlive(life);
        const result = work(...values);
        if (isWrite && !this.#isInside) wrote();
        return result;
      };
    };
    const works = Object.entries(statement) as [string, (...values: unknown[]) => unknown][];
    return Object.fromEntries(works.map(([name, work]) => [name, guard(work)])) as unknown as Statement;
  }

  /** A durable commit that changes nothing does not sync. What is committed is seen by others, whoever dies after it. */
  #commit(
    life: Life,
    { durability, write, wrote }: { durability: Durability; write: () => void; wrote: () => void },
  ): void {
    checkAlive(life);
    if (this.#isInside) throw new Error("A transaction was begun inside of another.");
    this.#faults.before(life, durability);
    const before = changes();
    does("SAVEPOINT tx");
    this.#isInside = true;
    try {
      write();
      this.#faults.inside(life);
    } catch (error) {
      does("ROLLBACK TO tx");
      does("RELEASE tx");
      throw error;
    } finally {
      this.#isInside = false;
    }
    does("RELEASE tx");
    const changed = changes() !== before;
    if (changed) wrote();
    if (changed && durability === "durable") {
      does("RELEASE undurable");
      does("SAVEPOINT undurable");
    }
    this.#faults.after(life);
  }
}
