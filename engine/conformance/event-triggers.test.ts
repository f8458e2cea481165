import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { add, file, onEvents, task, trigger, waitForEvent, workflow, z } from "@ligase/sdk";
import type { Engine, EventRecord, NewEvent, Published, RunRecord } from "@ligase/engine";
import { openEngineWith } from "@ligase/engine/testing";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { faultyStore } from "../../testkit/src/fault-store.ts";

/* Triggers on published events: a run for each message, once, whoever publishes it and whoever serves the trigger. */

const FILE = import.meta.filename;
const DAY_MS = 24 * 3_600_000;
const ADA = { name: "ada" };

const number = z.number();
const invoice = workflow({ name: "invoice", input: { order: number, total: number } }, ({ order, total }) =>
  add(order, total),
);
trigger({
  name: "paid",
  on: onEvents({ key: "paid" }),
  payload: z.object({ order: number, total: number.default(1) }),
  launch: invoice,
  input: ({ payload }) => payload,
});
trigger({
  name: "placed",
  on: onEvents({ keyPrefix: "placed:" }),
  payload: number,
  launch: invoice,
  input: ({ payload }) => ({ order: 0, total: payload }),
});
const sizeOf = task(
  { name: "size-of", input: { sheet: file() }, output: number, light: true },
  ({ sheet }) => sheet.size,
);
trigger({
  name: "sheet-came",
  on: onEvents({ key: "sheet" }),
  payload: z.object({ sheet: file() }),
  launch: sizeOf,
  input: ({ payload }) => payload,
});
const waiter = workflow({ name: "waiter" }, () =>
  waitForEvent({ name: "e", key: "paid", schema: z.unknown() }),
);

const serving = (): EngineRig => new EngineRig(FILE, { serves: true });
const publish = (engine: Engine, event: NewEvent): Published => engine.events.publish(event, ADA);
/** An engine as `ligase event` opens one: it knows of no trigger but what the store says. */
async function publishElsewhere({ root, clock }: EngineRig, event: NewEvent): Promise<Published> {
  const engine = openEngineWith({ root }, { clock });
  const published = publish(engine, event);
  await engine.close();
  return published;
}

test("an event launches a run with its payload, once for each message, in the name of who published it", async () => {
  await using rig = serving();
  await rig.engine.load(FILE);
  const event = { key: "paid", payload: { order: 1, total: 10 }, id: "m1", source: "shop" };
  const told = publish(rig.engine, event);
  assert.deepEqual(told.launches, [{ trigger: "paid", run: null, problem: null }]);
  const again = publish(rig.engine, { ...event, payload: { order: 5, total: 5 } });
  assert.equal(again.isNew, false);
  publish(rig.engine, { ...event, source: "till" });
  publish(rig.engine, { key: "paid", payload: { order: 2 } });
  assert.deepEqual(await values(rig, 3), [11, 11, 3]);
  const runs = rig.engine.inspect.runs().toReversed();
  assert.deepEqual(
    runs.map(({ name, user, tags }) => ({ name, user, tags })),
    Array.from({ length: 3 }, () => ({ name: "paid", user: "ada", tags: { trigger: "paid" } })),
  );
  assert.deepEqual(runs[0]?.args, { event: { id: "m1", key: "paid", payload: { order: 1, total: 10 } } });
  assert.deepEqual(kept(rig, told.number)?.launches, [{ trigger: "paid", run: runs[0]?.id, problem: null }]);
});

test("a prefix stands for all keys that begin so, and for no others", async () => {
  await using rig = serving();
  await rig.engine.load(FILE);
  for (const key of ["placed", "xplaced:1", "Placed:1", "paid:1"])
    assert.deepEqual(publish(rig.engine, { key, payload: 7 }).launches, []);
  for (const key of ["placed:1", "placed:", "placed:%"]) publish(rig.engine, { key, payload: 7 });
  assert.deepEqual(await values(rig, 3), [7, 7, 7]);
});

test("an event that another process publishes launches a run, though nobody serves the trigger yet", async () => {
  await using rig = serving();
  await rig.engine.load(FILE);
  await rig.reopen();
  const { launches } = await publishElsewhere(rig, { key: "placed:1", payload: 3 });
  assert.deepEqual(launches, [{ trigger: "placed", run: null, problem: null }]);
  await rig.engine.load(FILE);
  assert.deepEqual(await values(rig, 1), [3]);
  await publishElsewhere(rig, { key: "placed:2", payload: 4 });
  assert.deepEqual(await values(rig, 2), [3, 4]);
});

test("an event from before the trigger was ever served launches nothing", async () => {
  await using rig = serving();
  publish(rig.engine, { key: "placed:1", payload: 3 });
  await rig.engine.load(FILE);
  publish(rig.engine, { key: "placed:2", payload: 4 });
  assert.deepEqual(await values(rig, 1), [4]);
});

test("a payload that does not fit is refused where the trigger is served, and else kept with what is wrong", async () => {
  await using rig = serving();
  await rig.engine.load(FILE);
  const wrong = { key: "paid", payload: { order: "one" }, id: "m1" };
  assert.throws(
    () => publish(rig.engine, wrong),
    (error: { code?: string; params?: { fields: { path: readonly unknown[] }[] } }) => {
      assert.equal(error.code, "argument-not-valid");
      assert.deepEqual(
        error.params?.fields.map(({ path }) => path.join(".")),
        ["event.payload.order"],
      );
      return true;
    },
  );
  assert.deepEqual(rig.engine.events.list(), []);
  const told = await publishElsewhere(rig, wrong);
  const problem = (): string | null | undefined => kept(rig, told.number)?.launches[0]?.problem;
  await looking(rig, () => problem() !== null);
  assert.match(problem() ?? "", /payload\.order/);
  assert.match(rig.engine.triggers().find(({ name }) => name === "paid")?.problem ?? "", /payload\.order/);
  assert.equal(publish(rig.engine, wrong).isNew, false, "it was told before");
  publish(rig.engine, { key: "paid", payload: { order: 2 } });
  assert.deepEqual(await values(rig, 1), [3]);
  assert.equal(rig.engine.triggers().find(({ name }) => name === "paid")?.problem, null);
});

test("a file that a payload names is read and kept when the event is published, or when the run is launched", async () => {
  await using rig = serving();
  await rig.engine.load(FILE);
  const path = join(rig.root, "sheet.csv");
  writeFileSync(path, "1234");
  const named = (id: string): NewEvent => ({ key: "sheet", payload: { sheet: path }, id });
  publish(rig.engine, await rig.engine.events.withFilesKept(named("m1")));
  writeFileSync(path, "123456");
  await assert.rejects(
    () => rig.engine.events.withFilesKept({ ...named("m2"), payload: { sheet: `${path}.none` } }),
    { code: "file-not-found" },
  );
  assert.deepEqual(await values(rig, 1), [4]);
  await publishElsewhere(rig, named("m3"));
  assert.deepEqual(await values(rig, 2), [4, 6]);
  rmSync(path);
  assert.deepEqual(await rig.engine.events.withFilesKept(named("m1")), named("m1"), "it was told before");
  await publishElsewhere(rig, named("m4"));
  const problem = (): string | null | undefined => rig.engine.events.list()[0]?.launches[0]?.problem;
  await looking(rig, () => problem() !== null);
  assert.match(problem() ?? "", /sheet\.csv/);
});

test("an event whose time is up launches nothing any more", async () => {
  await using rig = serving();
  await rig.engine.load(FILE);
  await rig.reopen();
  await publishElsewhere(rig, { key: "placed:1", payload: 1, timeToLiveMs: 1_000 });
  rig.clock.advance(1_000);
  await publishElsewhere(rig, { key: "placed:2", payload: 2 });
  rig.clock.advance(7 * DAY_MS - 1);
  await rig.engine.load(FILE);
  assert.deepEqual(await values(rig, 1), [2]);
});

test("a gate takes an event whether it launches runs or not", async () => {
  await using rig = serving();
  await rig.engine.load(FILE);
  const run = await rig.launch(waiter);
  await rig.gates(run);
  const { takenBy, launches } = publish(rig.engine, { key: "paid", payload: { order: 1 } });
  assert.deepEqual([takenBy.length, launches.length], [1, 1]);
  assert.deepEqual(valueOf(await run.ended), { order: 1 });
  await looking(rig, () => rig.engine.inspect.runs({ name: "paid" }).length === 1);
});

test("C18: whatever write fails between publishing and launching, an event launches one run", async () => {
  const ids = ["m1", "m2", "m3"];
  let failures = 0;
  for (let failingWrite = 1; failingWrite <= 8; failingWrite++) {
    await using rig = serving();
    await rig.engine.load(FILE);
    await rig.reopen();
    const strike = (): never => {
      failures++;
      throw DEATH;
    };
    const dying = openEngineWith(
      { root: rig.root, serves: true },
      { clock: rig.clock, wrapStore: (store) => faultyStore(store, { fromWrite: failingWrite, strike }) },
    );
    await dying.load(FILE);
    for (const id of ids) publishUnlessDead(dying, id);
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    await dying.close().catch(() => undefined);
    await rig.reopen();
    await rig.engine.load(FILE);
    for (const id of ids) publish(rig.engine, { key: "placed:1", payload: 1, id });
    await looking(rig, () => rig.engine.inspect.runs().length >= ids.length);
    const messages = rig.engine.inspect
      .runs()
      .map(({ args }) => (args as { event: { id: string } }).event.id);
    assert.deepEqual(messages.toSorted(), ids);
  }
  assert.ok(failures > 8);
});

const DEATH = new Error("the process dies");

function publishUnlessDead(engine: Engine, id: string): void {
  try {
    publish(engine, { key: "placed:1", payload: 1, id });
  } catch (error) {
    assert.equal(error, DEATH);
  }
}

test("of several engines that serve a trigger one launches the run", async () => {
  await using rig = serving();
  const others = [1, 2].map(() => openEngineWith({ root: rig.root, serves: true }, { clock: rig.clock }));
  for (const engine of [rig.engine, ...others]) await engine.load(FILE);
  for (let order = 1; order <= 5; order++) publish(rig.engine, { key: "paid", payload: { order } });
  assert.deepEqual(await values(rig, 5), [2, 3, 4, 5, 6]);
  await Promise.all(others.map((engine) => engine.close()));
});

function kept({ engine }: EngineRig, wanted: number): EventRecord | undefined {
  return engine.events.list().find((event) => event.number === wanted);
}

/** Resolves when something is true, while time passes. */
async function looking({ clock }: EngineRig, isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    clock.advance(250);
    await nextTurn();
  }
}

/** The values of so many runs, in the order they were launched, once all have ended. */
async function values(rig: EngineRig, count: number): Promise<readonly unknown[]> {
  const { inspect } = rig.engine;
  await looking(rig, () => inspect.runs().length >= count);
  const runs: readonly RunRecord[] = inspect.runs().toReversed();
  await looking(rig, () => runs.every(({ id }) => inspect.run(id).endedAt !== null));
  assert.equal(inspect.runs().length, count);
  return runs.map(({ id }) => inspect.value(id));
}
