import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { external, map, workflow, z } from "@ligase/sdk";
import type { LeasedTask } from "@ligase/engine";
import { openEngineWith, type Store } from "@ligase/engine/testing";
import { EngineRig } from "../../testkit/src/engine-rig.ts";

/* Many leases that are lost at once: all are taken back, a batch after the other. */

const FILE = import.meta.filename;
const MINUTE_MS = 60_000;
const TASKS = 250;
const BATCH = 100;
const ANA = { name: "ana", roles: ["operator"] } as const;

const label = external({ name: "label", topic: "images", input: { n: z.int() }, output: z.int() });
const labelling = workflow({ name: "labelling" }, () =>
  map(
    Array.from({ length: TASKS }, (_, n) => n),
    (n) => label({ n }),
  ),
);

/** A store that counts, in each transaction, the tasks that are taken back. */
function counting(store: Store, batches: number[]): Store {
  const { external: tasks } = store;
  let taken = 0;
  return {
    ...store,
    commit(durability, write) {
      taken = 0;
      store.commit(durability, write);
      if (taken > 0) batches.push(taken);
    },
    external: {
      ...tasks,
      giveBack(...given: Parameters<typeof tasks.giveBack>) {
        taken++;
        tasks.giveBack(...given);
      },
    },
  };
}

/** All tasks of a run, leased to a worker that dies; the engine of the test, and the batches in which it takes back. */
async function lost(rig: EngineRig) {
  const run = await rig.launch(labelling);
  await rig.gates(run, TASKS);
  let leased = 0;
  for (let more = pull(rig.engine); more.length > 0; more = pull(rig.engine)) leased += more.length;
  assert.equal(leased, TASKS);
  rig.clock.advance(MINUTE_MS);
  const batches: number[] = [];
  const engine = openEngineWith(
    { root: rig.root },
    { clock: rig.clock, wrapStore: (store) => counting(store, batches) },
  );
  return { engine, batches };
}

const pull = ({ external: queue }: Pick<EngineRig["engine"], "external">): readonly LeasedTask[] =>
  queue.lease({ topics: ["images"], worker: "w1", by: ANA, limit: BATCH });

test("a list takes back all that was lost, in batches", async () => {
  await using rig = new EngineRig(FILE);
  const { engine, batches } = await lost(rig);
  const tasks = engine.external.list({ limit: TASKS });
  assert.deepEqual(
    new Set(tasks.map(({ state, lostLeases }) => `${state} ${lostLeases}`)),
    new Set(["ready 1"]),
  );
  assert.equal(tasks.length, TASKS);
  assert.deepEqual(batches, [BATCH, BATCH, TASKS - 2 * BATCH]);
  await engine.close();
});

test("who leases waits for one batch; the others follow by themselves, and whoever waits is told", async () => {
  await using rig = new EngineRig(FILE);
  const { engine, batches } = await lost(rig);
  let told = 0;
  engine.external.subscribe(() => told++);
  assert.equal(pull(engine).length, BATCH);
  assert.deepEqual(batches, [BATCH]);
  while (batches.length < 3) await nextTurn();
  assert.deepEqual(batches, [BATCH, BATCH, TASKS - 2 * BATCH]);
  assert.ok(told >= 2);
  await engine.close();
});

test("an engine that is closed takes nothing back any more", async () => {
  await using rig = new EngineRig(FILE);
  const { engine, batches } = await lost(rig);
  pull(engine);
  await engine.close();
  await nextTurn();
  assert.deepEqual(batches, [BATCH]);
});
