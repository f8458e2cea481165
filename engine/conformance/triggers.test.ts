import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, afterEach, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { add, file, LigaseError, onFiles, onRows, task, trigger, workflow, z } from "@ligase/sdk";
import type { Engine, RunRecord } from "@ligase/engine";
import { openEngineWith } from "@ligase/engine/testing";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { faultyStore } from "../../testkit/src/fault-store.ts";

/* Triggers: a run for each message of a source, once. */

const FILE = import.meta.filename;
const folder = mkdtempSync(join(tmpdir(), "ligase-triggers-"));
const shop = new DatabaseSync(join(folder, "shop.db"));
shop.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL)");
afterEach(() => {
  shop.exec("DELETE FROM orders");
  rmSync(join(folder, "a.csv"), { force: true });
});
after(() => {
  shop.close();
  rmSync(folder, { recursive: true });
});
const addOrder = (id: number, total: number | null): void => {
  shop.prepare("INSERT INTO orders VALUES (?, ?)").run(id, total);
};

const number = z.number();
const invoice = workflow({ name: "invoice", input: { order: number, total: number } }, ({ order, total }) =>
  add(order, total),
);
trigger({
  name: "ordered",
  on: onRows({
    database: join(folder, "shop.db"),
    query: "SELECT id, total FROM orders WHERE id > :cursor ORDER BY id LIMIT 100",
    cursor: "id",
    from: 0,
    every: "20ms",
  }),
  payload: z.object({ id: number, total: number }),
  launch: invoice,
  input: ({ payload }) => ({ order: payload.id, total: payload.total }),
});

const sizeOf = task(
  { name: "size-of", input: { f: file() }, output: number, light: true },
  ({ f }) => f.size,
);
trigger({
  name: "arrived",
  on: onFiles(join(folder, "*.csv"), { every: "20ms" }),
  launch: sizeOf,
  input: ({ payload }) => ({ f: payload }),
});

test("a row launches a run with its columns, once, and an engine that opens later goes on after it", async () => {
  await using rig = new EngineRig(FILE, { serves: true });
  addOrder(1, 10);
  addOrder(2, 20);
  await rig.engine.load(FILE);
  assert.deepEqual(await values(rig, "ordered", 2), [11, 22]);
  await rig.reopen();
  addOrder(3, 30);
  await rig.engine.load(FILE);
  assert.deepEqual(await values(rig, "ordered", 3), [11, 22, 33]);
  const [run] = rig.engine.inspect.runs({ name: "ordered" });
  assert.deepEqual([run?.tags, run?.user], [{ trigger: "ordered" }, "tester"]);
});

test("a message that fits no argument is passed over, and what is wrong is told", async () => {
  await using rig = new EngineRig(FILE, { serves: true });
  addOrder(1, null);
  await rig.engine.load(FILE);
  const problem = (): string | null | undefined =>
    rig.engine.triggers().find(({ name }) => name === "ordered")?.problem;
  while (problem() === null) await nextTurn();
  assert.match(problem() ?? "", /total/);
  addOrder(2, 20);
  assert.deepEqual(await values(rig, "ordered", 1), [22]);
  assert.equal(problem(), null);
});

test("a file launches a run with its content", async () => {
  await using rig = new EngineRig(FILE, { serves: true });
  await rig.engine.load(FILE);
  writeFileSync(join(folder, "a.csv"), "1234");
  assert.deepEqual(await values(rig, "arrived", 1), [4]);
});

test("C18: a write that fails between telling and launching leaves neither two runs for a message nor none", async () => {
  for (let failingWrite = 1; failingWrite <= 3; failingWrite++) {
    await using rig = new EngineRig(FILE, { serves: true });
    shop.exec("DELETE FROM orders");
    for (let id = 1; id <= 3; id++) addOrder(id, 0);
    let failures = 0;
    const strike = (): void => {
      if (failures++ === 0) throw new LigaseError("store-busy", { path: rig.root });
    };
    const failing = openEngineWith(
      { root: rig.root, serves: true },
      { clock: rig.clock, wrapStore: (store) => faultyStore(store, { fromWrite: failingWrite, strike }) },
    );
    await failing.load(FILE);
    await launched(failing, rig, 3);
    await failing.close();
    await rig.engine.load(FILE);
    addOrder(4, 0);
    const runs = await launched(rig.engine, rig, 4);
    const orders = runs.map(({ args }) => (args as { event: { payload: { id: number } } }).event.payload.id);
    assert.deepEqual(
      orders.toSorted((a, b) => a - b),
      [1, 2, 3, 4],
    );
    assert.ok(failures > 0);
  }
});

test("an engine that does not serve begins no trigger", async () => {
  await using rig = new EngineRig(FILE);
  await rig.engine.load(FILE);
  assert.deepEqual(rig.engine.triggers(), []);
});

/** Runs that triggers launched, once there are so many. */
async function launched(engine: Engine, rig: EngineRig, count: number): Promise<readonly RunRecord[]> {
  for (;;) {
    const runs = engine.inspect.runs();
    if (runs.length >= count) return runs;
    rig.clock.advance(1_000);
    await nextTurn();
  }
}

/** The values of so many runs, in the order they were launched. */
async function values(rig: EngineRig, name: string, count: number): Promise<readonly unknown[]> {
  const runs = await launched(rig.engine, rig, count);
  assert.deepEqual(new Set(runs.map((run) => run.name)), new Set([name]));
  const isOver = (): boolean => runs.every(({ id }) => rig.engine.inspect.run(id).endedAt !== null);
  while (!isOver()) await nextTurn();
  return runs.toReversed().map(({ id }) => rig.engine.inspect.value(id));
}

test("a trigger's workflow can be launched by hand", async () => {
  await using rig = new EngineRig(FILE);
  const event = { id: "1", key: "", payload: { id: 4, total: 5 } };
  const run = await rig.engine.launch({ file: FILE, name: "ordered", args: { event } });
  assert.equal(valueOf(await run.ended), 9);
});
