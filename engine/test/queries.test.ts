import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { fillStore, fullRunId, fullRunTime } from "../../testkit/src/full-store.ts";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { createInspect } from "../src/inspect/inspect.ts";
import type { Inspect } from "../src/ports/inspect.ts";
import type { Store } from "../src/ports/store.ts";
import { migrations } from "../src/store/migrations.ts";
import { Channel } from "../src/store/postgres/channel.ts";
import { PostgresDatabase } from "../src/store/postgres/database.ts";
import { openPostgresStore } from "../src/store/postgres/postgres.ts";
import { postgresPlace } from "../src/store/postgres/place.ts";
import type { SqlDatabase, SqlValue, Statement } from "../src/store/sql/database.ts";
import { sqlStore } from "../src/store/sql-store.ts";
import { sqliteDialect, sqliteStatement } from "../src/store/sqlite-statement.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";

/* No question reads a table that grows with what was run from one end to the other, on either store. */

/** 50,000 jobs in 50 runs, and many runs without jobs: enough that a planner with statistics takes an index for its merit. */
const FULL = { runs: 50, samplesPerRun: 200, samplesPerGate: 4 };
const EMPTY = { from: FULL.runs, runs: 2_000, samplesPerRun: 0 };
const [SOME, WITH_GATES] = [fullRunId(21), fullRunId(4)];

interface Asked {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A store that was filled, and what its planner says. */
interface Planned {
  readonly database: SqlDatabase;
  /** Steps of the plans by which a statement may be done. */
  plans(asked: Asked): readonly string[];
  /** Takes statistics, where the store has them taken. */
  analyze(): void;
  close(): void;
}

type Ask = (inspect: Inspect, store: Store) => unknown;

const QUESTIONS: Readonly<Record<string, Ask>> = {
  "the newest runs": (inspect) => inspect.runs(),
  "runs in a status": (inspect) => inspect.runs({ status: "failed", limit: 20 }),
  "runs of a name": (inspect) => inspect.runs({ name: "recount", limit: 20 }),
  "runs of a user": (inspect) => inspect.runs({ user: "dora", limit: 20 }),
  "runs with a tag": (inspect) => inspect.runs({ tags: { batch: "3" } }),
  "runs that have two tags": (inspect) => inspect.runs({ tags: { project: "p3", batch: "3" } }),
  "runs of a time": (inspect) => inspect.runs({ since: fullRunTime(10), until: fullRunTime(20) }),
  "the next page of runs": (inspect) => inspect.runs({ before: fullRunId(1_000) }),
  "a run by the beginning of its id": (inspect) => inspect.run(SOME.slice(0, 34)),
  "the value of a run": (inspect) => inspect.value(SOME),
  "a page of jobs": (inspect) => inspect.jobs(SOME, { after: 400, limit: 50 }),
  "a page of the jobs of a task": (inspect) => inspect.jobs(SOME, { task: "score", after: 400, limit: 50 }),
  "failed jobs": (inspect) => inspect.jobs(SOME, { status: "failed" }),
  "failed jobs of a task": (inspect) => inspect.jobs(SOME, { status: "failed", task: "score" }),
  "cached jobs": (inspect) => inspect.jobs(SOME, { status: "cached", limit: 50 }),
  "counts of jobs": (inspect) => inspect.jobCounts(SOME),
  "a job with its data": (inspect) => inspect.jobData(SOME, 13),
  "attempts of a job": (inspect) => inspect.attempts(SOME, 12),
  "decks of a run": (inspect) => inspect.decks(SOME),
  "gates of a run": (inspect) => inspect.gates(WITH_GATES),
  "a page of the open gates": (_, store) => store.gates.open(store.gates.open(null, 2).at(-1) ?? null, 5),
  "a page of the gates that wait for people": (_, { gates }) =>
    gates.forPeople(gates.forPeople(null, 2).at(-1) ?? null, 5),
  "votes for a gate by its path": (inspect) => inspect.votes(fullRunId(1), "map[S0000203]/qc"),
  "votes for a gate by its name": (inspect) => {
    assert.throws(() => inspect.votes(WITH_GATES, "qc"), "two of them are open");
  },
  "signals of a run": (inspect) => inspect.signals(fullRunId(1)),
  "early signals": (_, { gates }) => [gates.countEarly(SOME), gates.early(SOME, "qc")],
  "a gate of equal content": (_, { gates }) => gates.reusable("1:none"),
  "the audit of a run": (inspect) => inspect.audit(fullRunId(1)),
  "why a job ran": (inspect) => inspect.why(SOME, 13),
  "why a job ran whose task is new": (_, store) =>
    store.calls.before({ task: "align", runId: fullRunId(0), number: 2 }),
  "where a value came from": (inspect) => inspect.lineage(SOME, 15, "up"),
  "what became of a value": (inspect) => inspect.lineage(SOME, 12, "down"),
  "jobs that were given a text": (inspect) => inspect.search("S0004003"),
  "jobs that were given a common number": (inspect) => inspect.search(0.05, { limit: 20 }),
  "calls that are not in the index": (_, { search }) => search.callsOf(SOME, 400, 100),
  "calls by their keys": (_, { calls }) => calls.latest(["1:AAAAAAAAAAAA", "1:BBBBBBBBBBBB"]),
  "a call of a run by its key": (_, { calls }) => calls.ofRun("1:AAAAAAAAAAAA", SOME),
  "tasks of a run": (_, { jobs }) => [jobs.tasks(SOME), jobs.lastNumber(SOME)],
  "runs that nobody advances": (_, { runs }) => runs.unled(10),
  "a page of the parked runs that are due": (_, { runs }) => runs.due("/project/full.ts", 5, 10),
  "a page of the external tasks of a topic in line": (_, { external }) => external.next("t3", 5),
  "external tasks of a topic in line": (_, { external }) =>
    external.list({ topic: "t3", state: "ready", limit: 5 }),
  "how many of a topic may be leased": (_, { external }) => external.room("t3"),
  "a page of the external tasks that are due": (_, { external }) => external.due(10),
  "external tasks in a state": (_, { external }) =>
    (["ready", "aside", "leased", "done"] as const).map((state) => external.list({ state, limit: 5 })),
  "external tasks of a topic in a state": (_, { external }) =>
    external.list({ topic: "t3", state: "leased", limit: 5 }),
  "external tasks of a topic that are done": (_, { external }) =>
    external.list({ topic: "t3", state: "done", limit: 5 }),
  "an external task": (_, { external }) => [
    external.get("e00005"),
    external.find("e0000"),
    external.leaseOf("e00007", "hash"),
    external.log("e00007"),
  ],
  "open gates of a run": (_, { gates }) => gates.openOf(WITH_GATES),
  "a page of the answered jobs of a run": (_, { jobs }) => jobs.answered(SOME, 100, 50),
};

/** Read in an order in which an index has them: more of them cost no more. */
const IN_ORDER = /page|newest|runs (?:in|of|with)|common number/;

function testQueries(name: string, skip: string | false, open: () => Planned): void {
  describe(`queries: ${name}`, { skip }, () => {
    const asked: Asked[] = [];
    let planned: Planned;
    let ask: (question: Ask) => void;
    before(() => {
      planned = open();
      const store = sqlStore(recording(planned.database, asked));
      const inspect = createInspect(store, { getText: () => null });
      ask = (question) => question(inspect, store);
      // The first search makes the index, of which statistics are then taken.
      inspect.search("nothing");
      planned.analyze();
    });
    after(() => planned.close());

    for (const [question, of] of Object.entries(QUESTIONS))
      test(`${question}: by an index`, () => {
        asked.length = 0;
        ask(of);
        assert.notEqual(asked.length, 0);
        for (const one of new Map(asked.map((each) => [each.sql, each])).values()) {
          const steps = planned.plans(one);
          const wrong = steps.filter((step) => isScan(step) || (IN_ORDER.test(question) && isSort(step)));
          assert.deepEqual(wrong, [], `${one.sql}\n${steps.join("\n")}`);
        }
      });
  });
}

/** The table of tasks grows with their code alone. A walk along an index in its order ends with the page. */
function isScan(step: string): boolean {
  const sqlite =
    /^SCAN (?!CONSTANT|json_each|t\b|c$|left_behind|r USING INDEX run_by_time|run USING INDEX run_led)/;
  return sqlite.test(step) || /Seq Scan on (?!task\b)/.test(step);
}

const isSort = (step: string): boolean => /TEMP B-TREE FOR ORDER BY|^\W*Sort\b/.test(step);

/** Remembers what is read, with its values. */
function recording(database: SqlDatabase, asked: Asked[]): SqlDatabase {
  const record = (sql: string, statement: Statement): Statement => {
    const noting =
      <R>(read: (...values: readonly SqlValue[]) => R) =>
      (...values: readonly SqlValue[]): R => {
        asked.push({ sql, values });
        return read(...values);
      };
    return {
      ...statement,
      all: noting((...values) => statement.all(...values)),
      get: noting((...values) => statement.get(...values)),
      lists: noting((...values) => statement.lists(...values)),
    };
  };
  return {
    prepare: (sql) => record(sql, database.prepare(sql)),
    prepareGuard: (sql) => record(sql, database.prepareGuard(sql)),
    prepareNumbering: (sql) => database.prepareNumbering(sql),
    now: database.now,
    isAmong: (column, type) => database.isAmong(column, type),
    eachOf: (type) => database.eachOf(type),
    list: (values) => database.list(values),
    commit: (durability, write) => database.commit(durability, write),
    loss: () => database.loss(),
    version: () => database.version(),
    close: () => database.close(),
  };
}

/** A queue of many topics, with tasks in every state. */
function fillQueue(store: Store): void {
  const { external } = store;
  const policy = { maxLostLeases: 5, retries: { count: 3, backoffMs: 1_000, maxBackoffMs: 60_000 } };
  const idOf = (n: number): string => `e${String(n).padStart(5, "0")}`;
  const all = Array.from({ length: 10_000 }, (_, n) => n);
  store.commit("computed", () => {
    for (const n of all) {
      const limit = n % 5 === 0 ? 10 : null;
      external.insert({ id: idOf(n), runId: SOME, topic: `t${n % 50}`, priority: n % 3, limit, ...policy });
    }
  });
  store.commit("computed", () => {
    const lease = { number: 1, worker: "w", by: "ana", lastsMs: 60_000, token: "hash" };
    const back = { state: "ready", restMs: 60_000, lostLeases: 0, failures: 1, message: null } as const;
    for (const n of all) if (n % 7 === 0) external.lease(idOf(n), lease);
    for (const n of all) if (n % 14 === 0) external.giveBack(idOf(n), back);
    for (const n of all) if (n % 28 === 0) external.giveBack(idOf(n), { ...back, state: "aside", restMs: 0 });
    for (const n of all) external.addLog(idOf(n), { lines: ["begun"], at: 5, most: 9 });
    for (const n of all) if (n % 11 === 0) external.end(idOf(n));
  });
}

function fill(store: Store): void {
  fillStore(store, FULL);
  fillStore(store, EMPTY);
  fillQueue(store);
  store.close();
}

testQueries("SQLite", false, () => {
  const folder = mkdtempSync(join(tmpdir(), "ligase-queries-"));
  const path = join(folder, "store.db");
  fill(openSqliteStore(path));
  const connection = new DatabaseSync(path);
  connection.function("store_now", Date.now);
  const prepare = (sql: string): Statement => sqliteStatement(connection, sql, (work) => work);
  const database: SqlDatabase = {
    prepare,
    prepareGuard: prepare,
    prepareNumbering: prepare,
    ...sqliteDialect,
    commit(_durability, write) {
      connection.exec("BEGIN");
      write();
      connection.exec("COMMIT");
    },
    version: () => 0,
    close: () => connection.close(),
  };
  return {
    database,
    plans: ({ sql, values }) =>
      prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values)
        .map((row) => row["detail"] as string),
    analyze: () => undefined,
    close() {
      connection.close();
      rmSync(folder, { recursive: true });
    },
  };
});

testQueries("Postgres", needs("postgres").skip, () => {
  const server = new PostgresServer();
  const url = server.url();
  fill(openPostgresStore(url));
  const { connection, schema, shown } = postgresPlace(url);
  const options = { connection, schema, writer: "queries", patienceMs: 5_000, lockMs: 5_000 };
  const channel = new Channel(options);
  const opened = channel.ask({ kind: "open", migrations: migrations() });
  assert.ok(!("kind" in opened));
  const database = new PostgresDatabase(channel, shown, opened[0]?.rows ?? []);
  return {
    database,
    // A statement that is used often is planned once, for whatever values.
    plans({ sql, values }) {
      const forThese = database.prepare(`EXPLAIN ${sql}`).all(...values);
      let at = 0;
      const text = sql.replaceAll("?", () => `$${++at}`);
      const given = values.length === 0 ? "" : `(${values.map(literal).join(", ")})`;
      const forAny = server.sql(
        url,
        `SET plan_cache_mode = force_generic_plan; PREPARE asked AS ${text}; EXPLAIN EXECUTE asked${given}`,
      );
      return [...forThese.map((row) => row["QUERY PLAN"] as string), ...forAny];
    },
    analyze: () => server.sql(url, "ANALYZE"),
    close() {
      database.close();
      server[Symbol.dispose]();
    },
  };
});

function literal(value: SqlValue | readonly SqlValue[]): string {
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(", ")}]`;
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : `'${(value as string).replaceAll("'", "''")}'`;
}
