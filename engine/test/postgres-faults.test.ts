import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { isLigaseError } from "@ligase/sdk";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import {
  gateRecord,
  idOf,
  jobRow,
  keyOf,
  newCall,
  newRun,
  RUN,
} from "../../testkit/src/store-contract/rig.ts";
import type { Store } from "../src/ports/store.ts";
import { openPostgresStore, type PostgresOptions } from "../src/store/postgres/postgres.ts";
import { CUT_AFTER, CUT_BEFORE, PASS, type ProxyOptions } from "./fixtures/proxy-cuts.ts";

const PROXY = new URL("./fixtures/cutting-proxy.ts", import.meta.url);
const { skip } = needs("postgres");

describe("a store on Postgres whose server or connection fails", { skip }, () => {
  const server = new PostgresServer();
  after(() => server[Symbol.dispose]());

  interface Opened {
    readonly url: string;
    readonly store: Store;
  }

  /** A store with one run that `a` leads. */
  function opened(t: TestContext, options: PostgresOptions = {}, url = server.url()): Opened {
    const store = openPostgresStore(url, options);
    t.after(() => store.close());
    store.commit("durable", () => store.runs.insert(newRun(RUN)));
    store.runs.lease(RUN, "a", 60_000);
    return { url, store };
  }

  /** Adds a row that nothing makes unique. */
  function add(store: Store, n: number): void {
    const decision = { outcome: "approved", by: "ana", at: n, comment: null, value: null } as const;
    store.gates.putSignal({ id: 0, runId: RUN, gateId: null, address: "qc", state: "early", decision });
  }
  const added = (store: Store): readonly number[] =>
    store.gates.signals(RUN).map(({ decision }) => decision.at);
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
  const isUnavailable = (error: unknown): boolean => isLigaseError(error, "store-unavailable");

  test("a cut in the middle of a transaction is not noticed, and nothing of it is doubled", (t) => {
    const { store } = opened(t);
    store.commit("computed", () => {
      assert.equal(store.runs.holder(RUN), "a");
      add(store, 0);
      server.cutConnections();
      assert.deepEqual(added(store), [0]);
      add(store, 1);
      server.cutConnections();
      add(store, 2);
    });
    assert.deepEqual(added(store), [0, 1, 2]);
    server.cutConnections();
    assert.deepEqual(added(store), [0, 1, 2], "reads alone");
    server.cutConnections();
    assert.equal(store.runs.lease(RUN, "a", 60_000), true, "a write alone");
  });

  test("a transaction is not committed when what it read changed while its connection was away", (t) => {
    const { store, url } = opened(t);
    assert.throws(
      () =>
        store.commit("computed", () => {
          assert.equal(store.runs.holder(RUN), "a");
          add(store, 0);
          server.cutConnections();
          server.sql(url, "UPDATE run SET lease_owner = 'b'");
        }),
      isUnavailable,
    );
    assert.deepEqual(added(store), []);
  });

  test("C19: who looked at its lease in a transaction keeps it until that ends, and writes nothing without it", (t) => {
    const { store, url } = opened(t);
    const steal = "SET lock_timeout = 100; UPDATE run SET lease_owner = 'b'";
    store.commit("computed", () => {
      assert.equal(store.runs.holder(RUN), "a");
      assert.throws(() => server.sql(url, steal), /lock timeout/);
      add(store, 0);
    });
    server.sql(url, steal);
    store.commit("computed", () => {
      if (store.runs.holder(RUN) === "a") add(store, 1);
    });
    assert.deepEqual(added(store), [0]);
  });

  test("C20: who looks at a run or a gate in a transaction decides about it alone", (t) => {
    const { store, url } = opened(t);
    const gate = gateRecord(idOf(10));
    store.gates.insert({ gate, owner: "", edges: null });
    const change = (table: string): unknown =>
      server.sql(url, `SET lock_timeout = 100; UPDATE ${table} SET name = 'changed'`);
    store.commit("durable", () => {
      store.runs.get(RUN);
      assert.throws(() => change("run"), /lock timeout/);
      store.gates.hold(gate.id);
      assert.throws(() => change("gate"), /lock timeout/);
    });
    for (const table of ["run", "gate"]) change(table);
    store.runs.get(RUN);
    for (const table of ["run", "gate"]) change(table);
  });

  test("who stands still in a transaction holds nobody up for as long as they wait", (t) => {
    const { store, url } = opened(t, { lockMs: 300 });
    const other = openPostgresStore(url);
    t.after(() => other.close());
    store.commit("computed", () => {
      assert.equal(store.runs.holder(RUN), "a");
      other.runs.askToCancel(RUN);
      add(store, 0);
    });
    assert.deepEqual(added(store), [0], "what it had seen still was so");
    assert.equal(store.runs.isAskedToCancel(RUN), true);
  });

  test("a row that somebody else holds for longer is an error with a remedy", async (t) => {
    const { store, url } = opened(t, { lockMs: 200 });
    const schema = new URL(url).searchParams.get("schema");
    const holding = server.begin(
      `DO $$ BEGIN UPDATE ${schema}.run SET name = 'held'; PERFORM pg_sleep(3600); END $$`,
    );
    const sleeping = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while (server.sql(url, sleeping).length === 0) await nextTurn();
    assert.throws(
      () => store.commit("computed", () => store.runs.askToCancel(RUN)),
      (error) => isLigaseError(error, "store-busy"),
    );
    server.sql(url, `SELECT pg_terminate_backend(pid) FROM (${sleeping}) AS held`);
    await once(holding, "exit");
    store.commit("computed", () => store.runs.askToCancel(RUN));
    assert.equal(store.runs.isAskedToCancel(RUN), true);
  });

  for (const [when, cut] of [
    ["before the server heard of it", CUT_BEFORE],
    ["after, so that its answer is lost", CUT_AFTER],
  ] as const) {
    test(`a commit that is cut ${when} is done once`, async (t) => {
      const { url, mode } = await proxied(t);
      const { store } = opened(t, {}, url);
      for (const n of upTo(20)) {
        Atomics.store(mode, 0, cut);
        store.commit(n % 2 === 0 ? "computed" : "durable", () => {
          if (n % 3 === 0) store.runs.holder(RUN);
          add(store, n);
        });
        assert.equal(Atomics.load(mode, 0), PASS, "it was cut");
      }
      assert.deepEqual(added(store), upTo(20));
      Atomics.store(mode, 0, cut);
      store.runs.insert(newRun(idOf(2)));
      Atomics.store(mode, 0, cut);
      assert.deepEqual(store.claims.take(RUN, [keyOf("a")]), [keyOf("a")], "its result is known too");
    });
  }

  /** The URL of a new store behind a proxy. */
  async function proxied(t: TestContext): Promise<{ url: string; mode: ProxyOptions["mode"] }> {
    const folder = mkdtempSync(join(tmpdir(), "ligase-proxy-"));
    const url = new URL(server.url());
    const socket = ".s.PGSQL.5432";
    const options: ProxyOptions = {
      from: join(folder, socket),
      to: join(decodeURIComponent(url.host), socket),
      mode: new Int32Array(new SharedArrayBuffer(4)),
    };
    const proxy = new Worker(PROXY, { workerData: options });
    t.after(async () => {
      await proxy.terminate();
      rmSync(folder, { recursive: true });
    });
    await once(proxy, "message");
    return { url: url.href.replace(url.host, encodeURIComponent(folder)), mode: options.mode };
  }

  test("connections that are cut again and again under load lose and double nothing", async (t) => {
    const { store } = opened(t);
    const cuts = `DO $$ BEGIN FOR n IN 1..25 LOOP
      PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ligase';
      PERFORM pg_sleep(0.03);
    END LOOP; END $$`;
    const cutting = server.begin(cuts);
    let count = 0;
    for (let isOver = false; !isOver; await nextTurn()) {
      store.commit(count % 5 === 0 ? "durable" : "computed", () => {
        store.runs.holder(RUN);
        add(store, count++);
      });
      isOver = cutting.exitCode !== null;
    }
    assert.equal(cutting.exitCode, 0);
    assert.deepEqual(added(store), upTo(count));
  });

  test("a server that is restarted under load loses and doubles nothing", async (t) => {
    const { store } = opened(t);
    const before = server.pid;
    server.restart();
    let count = 0;
    for (let isOver = false; !isOver; await nextTurn()) {
      store.commit(count % 5 === 0 ? "durable" : "computed", () => {
        store.runs.holder(RUN);
        add(store, count++);
      });
      isOver = server.pid !== before && server.isReady;
    }
    assert.deepEqual(added(store), upTo(count));
  });

  test("a crash of the server that loses computed commits is found out; durable ones and all before them stay", (t) => {
    server.sql(server.url("public"), "ALTER SYSTEM SET wal_writer_delay = '10s'");
    server.sql(server.url("public"), "SELECT pg_reload_conf()");
    const { store } = opened(t);
    const crash = (): void => {
      server.stop("immediate");
      server.start();
    };
    store.commit("computed", () => add(store, 0));
    store.commit("durable", () => add(store, 1));
    crash();
    assert.deepEqual(added(store), [0, 1]);
    const call = newCall(store);
    let node = 0;
    store.commit("computed", () => {
      add(store, 2);
      node = store.calls.insert(call);
      store.jobs.put(jobRow(store, { callNode: node }));
    });
    crash();
    assert.throws(
      () => added(store),
      (error) => isLigaseError(error, "store-lost-writes"),
    );
    assert.deepEqual(added(store), [0, 1], "it works on with what the server has");
    assert.equal(store.calls.get(node), null);
    assert.ok(store.calls.insert(newCall(store)) > node, "no number is given again");
  });

  test("a server that is away is an error with a remedy, and the store works on when it is back", (t) => {
    const { store } = opened(t, { patienceMs: 300 });
    server.stop("fast");
    try {
      assert.throws(() => store.runs.get(RUN), isUnavailable);
      assert.throws(() => store.commit("durable", () => add(store, 0)), isUnavailable);
      assert.throws(() => openPostgresStore(server.url()), isUnavailable);
    } finally {
      server.start();
    }
    store.commit("computed", () => add(store, 1));
    assert.deepEqual(added(store), [1]);
  });

  test("R10: a change is found without its notification", async (t) => {
    const { store, url } = opened(t);
    const before = store.version();
    server.sql(url, "INSERT INTO writer VALUES ('somebody', 1, 1, now())");
    while (store.version() === before) await nextTurn();
    server.cutConnections();
    const other = openPostgresStore(url);
    t.after(() => other.close());
    const then = store.version();
    other.runs.askToCancel(RUN);
    while (store.version() === then) await nextTurn();
  });

  test("R10: so is one of a process that was gone before it was looked for", async (t) => {
    const { store, url } = opened(t);
    const before = store.version();
    server.cutConnections();
    const other = openPostgresStore(url);
    other.commit("durable", () => other.runs.askToCancel(RUN));
    other.close();
    while (store.version() === before) await nextTurn();
  });

  test("a password is not in what the store says", () => {
    const url = "postgres://ana:sesame@127.0.0.1:1/db?schema=s&sslpassword=sesame";
    assert.throws(
      () => openPostgresStore(url),
      (error) => {
        assert.ok(isLigaseError(error, "store-unavailable"));
        assert.match(error.message, /postgres:\/\/ana@127\.0\.0\.1:1\/db\?schema=s/);
        assert.doesNotMatch(
          JSON.stringify([error.message, error.stack, error.params, error.remedy]),
          /sesame/,
        );
        return true;
      },
    );
  });

  test("a text with the character 0 is kept, with its sign in place of it", (t) => {
    const { store } = opened(t);
    store.runs.insert(newRun(idOf(2), { user: "a\0b" }));
    assert.equal(store.runs.get(idOf(2))?.user, "a\u2400b");
  });
});
