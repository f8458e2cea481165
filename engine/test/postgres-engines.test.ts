import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { after, describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { needs } from "../../testkit/src/needs.ts";
import { PostgresServer } from "../../testkit/src/postgres.ts";
import { Project } from "../../testkit/src/project.ts";
import { RUN, withRuns } from "../../testkit/src/store-contract/rig.ts";
import { openPostgresStore } from "../src/store/postgres/postgres.ts";

/* R4, R11: several engines on one database, each a process. */

const WRITER = fileURLToPath(new URL("./fixtures/postgres-writer.ts", import.meta.url));
const { skip } = needs("postgres");

/** All runs are under way before any goes on to the calls that they share. */
const FLOW = `import { after, map, task, workflow, z } from "ligase";
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ran } from "./ran.ts";
const meet = task({ name: "meet", input: { me: z.number() }, output: z.null(), cache: false }, async ({ me }, ctx) => {
  writeFileSync(\`$LOG.\${me}\`, "");
  while (![1, 2, 3].every((n) => existsSync(\`$LOG.\${n}\`))) await delay(5, null, { signal: ctx.signal });
  return null;
});
const square = task({ name: "square", input: { n: z.number() }, output: z.number() }, async ({ n }) => {
  ran("square " + n);
  await delay(10);
  return n * n;
});
const sum = task({ name: "sum", input: { ns: z.array(z.number()) }, output: z.number() }, ({ ns }) => {
  ran("sum");
  return ns.reduce((a, b) => a + b, 0);
});
const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const squares = () => sum({ ns: map(numbers, (n) => square({ n })) });
export const together = workflow({ name: "together", input: { me: z.number() } }, ({ me }) => after(meet({ me }), () => squares()));
export const alone = workflow({ name: "alone" }, () => squares());
`;
const SQUARES = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `square ${n}`);

describe("engines on one Postgres", { skip }, () => {
  const server = new PostgresServer();
  after(() => server[Symbol.dispose]());

  test("R4: three engines compute each call once, and all have its value", async (t) => {
    const project = Project.make(t, { "flow.ts": FLOW });
    const store = server.url();
    const runs = await Promise.all([1, 2, 3].map((me) => project.run("together", { me }, { store })));
    assert.deepEqual(
      runs.map(({ value }) => value),
      [204, 204, 204],
    );
    assert.deepEqual(project.executed().toSorted(), [...SQUARES, "sum"]);
    const entries = server.sql(store, "SELECT key FROM call_node GROUP BY key HAVING count(*) > 1");
    assert.deepEqual(entries, [], "a call has one entry");
    const again = await project.run("alone", {}, { store });
    assert.deepEqual(
      [again.value, project.executed().length],
      [204, 0],
      "it is a cache for whoever comes later",
    );
  });

  test("R11: what a killed engine left is taken over by another, once its lease is over", async (t) => {
    const project = Project.make(t, { "flow.ts": FLOW });
    const store = server.url();
    assert.equal(await project.runAndDie("alone", {}, { store, dieInWrite: 4 }), "died");
    assert.ok(!project.executed().includes("sum"));
    server.sql(store, "UPDATE run SET lease_until = lease_until - 60000");
    const taken = await project.run("alone", {}, { store, takeOver: true });
    assert.deepEqual([taken.status, taken.value], ["succeeded", 204]);
  });

  test("a run goes on through cut connections and a restart of the server", async (t) => {
    const project = Project.make(t, { "flow.ts": FLOW });
    const store = server.url();
    const running = project.run("alone", {}, { store });
    const started = "SELECT 1 FROM run WHERE status = 'running'";
    while (!hasTable(store) || server.sql(store, started).length === 0) await nextTurn();
    server.cutConnections();
    server.restart();
    assert.equal((await running).value, 204);
    assert.deepEqual(project.executed().toSorted(), [...SQUARES, "sum"]);
    assert.deepEqual(server.sql(store, "SELECT count(*) FROM call_node WHERE value IS NOT NULL"), ["10"]);
  });

  function hasTable(url: string): boolean {
    return server.sql(url, "SELECT to_regclass('writer') IS NOT NULL")[0] === "t";
  }

  test("C19: of two writers the one without the lease writes nothing, whenever it loses it", async () => {
    const url = server.url();
    const store = openPostgresStore(url);
    withRuns(store, RUN);
    const writers = ["a", "b"].map((owner) =>
      spawn(process.execPath, [WRITER, url, owner, RUN, "100000"], { stdio: "ignore" }),
    );
    const rows = (): readonly string[] => store.gates.signals(RUN).map(({ address }) => address);
    const first = await holderOf();
    while (rows().length < 20) await nextTurn();
    // The lease is over while the one who has it is in the middle of its writing.
    server.sql(url, "UPDATE run SET lease_until = 0");
    while ((await holderOf()) === first) await nextTurn();
    while (!rows().includes(first === "a" ? "b" : "a")) await nextTurn();
    await Promise.all(writers.map(ended));
    const written = rows();
    const change = written.findIndex((owner) => owner !== first);
    assert.ok(written.slice(change).every((owner) => owner !== first));
    store.close();

    async function holderOf(): Promise<string> {
      for (;;) {
        const holder = store.runs.holder(RUN);
        if (holder !== null) return holder;
        await nextTurn();
      }
    }
  });

  test("a writer that is killed in the middle leaves whole transactions, and another goes on", async () => {
    const url = server.url();
    const store = openPostgresStore(url);
    withRuns(store, RUN);
    const killed = spawn(process.execPath, [WRITER, url, "a", RUN, "100000"], { stdio: "ignore" });
    while (store.gates.signals(RUN).length < 20) await nextTurn();
    await ended(killed);
    const left = store.gates.signals(RUN).map(({ decision }) => decision.at);
    assert.deepEqual(
      left,
      left.map((_, n) => n),
    );
    assert.equal(store.runs.lease(RUN, "b", 60_000), false, "its lease is not over");
    server.sql(url, "UPDATE run SET lease_until = 0");
    assert.equal(store.runs.lease(RUN, "b", 60_000), true);
    assert.equal(store.gates.signals(RUN).length, left.length);
    store.close();
  });

  /** Kills it. */
  async function ended(writer: ChildProcess): Promise<void> {
    const exit = once(writer, "exit");
    writer.kill("SIGKILL");
    await exit;
  }
});
