import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Engine } from "@ligase/engine";
import { approve, map, mul, sleep, task, waitForInput, workflow, z } from "@ligase/sdk";
import { openEngineWith, type RunEnd, type RunHandle } from "@ligase/engine/testing";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { FakeClock } from "../../testkit/src/fake-clock.ts";

/* R10: a run that waits leaves the memory of an engine that serves, and goes on when it is decided or due. */

const FILE = import.meta.filename;
const PROGRAM = fileURLToPath(new URL("./fixtures/engine-process.ts", import.meta.url));
const HOUR_MS = 3_600_000;
const number = z.number();
let executed: number[] = [];

const square = task({ name: "square", input: { x: number }, output: number, executor: "inline" }, ({ x }) => {
  executed.push(x);
  return x * x;
});
const squareInPlace = workflow({ name: "square-in-place", input: { x: number } }, ({ x }) => square({ x }));
const gated = task({ name: "gated", input: { x: number }, output: number, executor: "inline" }, ({ x }) =>
  approve(square({ x }), { name: "below" }),
);

const twice = workflow({ name: "twice", input: { items: z.array(number) } }, ({ items }) => {
  const squares = map(items, (x) => squareInPlace({ x }));
  const first = approve(squares, { name: "first" });
  return approve(
    map(first, (x) => square({ x })),
    { name: "second" },
  );
});
const dynamic = workflow({ name: "dynamic", input: {} }, () => [gated({ x: 7 }), square({ x: 8 })]);
const sleeper = workflow({ name: "sleeper", input: {} }, () => mul(square({ x: 3 }), asked(sleep("3h"))));
const asked = (slept: unknown): ReturnType<typeof waitForInput<typeof number>> =>
  waitForInput(number, { name: "late", timeout: "1h", default: 5, show: [slept] });

const serving = (): EngineRig => {
  executed = [];
  return new EngineRig(FILE, { serves: true });
};

/** Launches a run and lets it leave memory. */
async function parked(
  rig: EngineRig,
  callee: Parameters<EngineRig["launch"]>[0],
  args: unknown = {},
): Promise<RunHandle> {
  await rig.engine.load(FILE);
  const run = await rig.launch(callee, args);
  await rig.waiting(run);
  rig.clock.advance(10_000);
  assert.equal((await run.ended).status, "waiting");
  return run;
}

/** How a run ends, whoever has it in memory. */
const end = (engine: Engine, id: string): Promise<RunEnd> =>
  new Promise((resolve) => {
    const stop = engine.subscribe((run, event) => {
      if (run !== id || event.kind !== "run-ended" || event.end.status === "waiting") return;
      stop();
      resolve(event.end);
    });
  });

test("a run that waits leaves memory; a decision brings it back, and nothing is done or recorded twice", async () => {
  await using rig = serving();
  const { engine } = rig;
  const run = await parked(rig, twice, { items: [1, 2, 3] });
  const before = engine.inspect.jobs(run.id);

  const opened = gateOpened(engine, "second");
  engine.decide({ run: run.id, gate: "first", outcome: "approved", by: "ana" });
  await opened;
  const ended = end(engine, run.id);
  engine.decide({ run: run.id, gate: "second", outcome: "approved", by: "ana" });
  assert.deepEqual(valueOf(await ended), [1, 16, 81]);
  assert.deepEqual(
    executed.toSorted((a, b) => a - b),
    [1, 2, 3, 4, 9],
  );

  const jobs = engine.inspect.jobs(run.id);
  assert.deepEqual(
    jobs.filter(({ number: n }) => before.some((job) => job.number === n && job.status !== "waiting")),
    before.filter(({ status }) => status !== "waiting"),
  );
  assert.deepEqual(tally(jobs), { "square-in-place": 3, square: 5, twice: 1 });
  const numbers = new Set(jobs.map((job) => job.number));
  for (const { parent } of jobs) assert.ok(parent === null || numbers.has(parent), `job ${parent} is there`);
});

test("a job that waits for a gate of its own is the same job after it was parked", async () => {
  await using rig = serving();
  const { engine } = rig;
  const run = await parked(rig, dynamic);
  const ended = end(engine, run.id);
  engine.decide({ run: run.id, gate: "below", outcome: "approved", by: "ana" });
  assert.deepEqual(valueOf(await ended), [49, 64]);
  assert.deepEqual(
    executed.toSorted((a, b) => a - b),
    [7, 8],
  );
  assert.deepEqual(tally(engine.inspect.jobs(run.id)), { dynamic: 1, gated: 1, square: 2 });
});

test("time wakes a parked run: a sleep of hours, then a time-out with a default", async () => {
  await using rig = serving();
  const run = await parked(rig, sleeper);
  const opened = gateOpened(rig.engine, "late");
  rig.clock.advance(3 * HOUR_MS);
  await opened;
  const ended = end(rig.engine, run.id);
  rig.clock.advance(HOUR_MS);
  assert.equal(valueOf(await ended), 45);
});

test("a decision by another process wakes a parked run", async () => {
  await using rig = serving();
  const run = await parked(rig, dynamic);
  const ended = end(rig.engine, run.id);
  execFileSync(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    PROGRAM,
    "decide",
    rig.root,
    run.id,
    "below",
  ]);
  assert.deepEqual(valueOf(await ended), [49, 64]);
});

test("a decision while no engine is there wakes the run as soon as one serves its file", async () => {
  await using rig = serving();
  const run = await parked(rig, dynamic);
  await rig.reopen();
  rig.engine.decide({ run: run.id, gate: "below", outcome: "approved", by: "ana" });
  const ended = end(rig.engine, run.id);
  await rig.engine.load(FILE);
  assert.deepEqual(valueOf(await ended), [49, 64]);
});

test("cancelling a parked run closes its gates", async () => {
  await using rig = serving();
  const run = await parked(rig, dynamic);
  rig.engine.cancel(run.id);
  assert.equal(rig.engine.inspect.run(run.id).status, "cancelled");
  assert.deepEqual(
    rig.engine.inspect.gates(run.id).map(({ status }) => status),
    ["cancelled"],
  );
});

test("of very many runs that wait few stay in memory, and each goes on when it is decided", async () => {
  await using rig = serving();
  const { engine } = rig;
  await engine.load(FILE);
  const runs = await Promise.all(Array.from({ length: 600 }, () => rig.launch(dynamic)));
  const first = runs[0] as RunHandle;
  // Those that waited longest leave without any time passing.
  assert.equal((await first.ended).status, "waiting");
  const ends = runs.map(({ id }) => end(engine, id));
  await Promise.all(runs.map((run) => engineGate(engine, run.id)));
  for (const { id } of runs) engine.decide({ run: id, gate: "below", outcome: "approved", by: "ana" });
  for (const ended of await Promise.all(ends)) assert.deepEqual(ended.value, [49, 64]);
});

for (const order of ["a decision and then the parking", "the parking and then a decision"]) {
  test(`${order} in one turn: the run goes on all the same`, async () => {
    executed = [];
    const looks: (() => void)[] = [];
    class ToldToLook extends FakeClock {
      override every(_ms: number, look: () => void): () => void {
        looks.push(look);
        return () => undefined;
      }
    }
    const clock = new ToldToLook();
    const root = mkdtempSync(join(tmpdir(), "ligase-engine-"));
    const engine = openEngineWith({ root, serves: true }, { clock });
    try {
      await engine.load(FILE);
      const opened = gateOpened(engine, "below");
      const run = await engine.launch({ file: FILE, name: "dynamic", args: {} });
      await opened;
      while (run.progress().status !== "waiting") await nextTurn();
      clock.advance(10_000);
      const park = (): void => looks.forEach((look) => look());
      const ended = end(engine, run.id);
      if (order.startsWith("the parking")) park();
      engine.decide({ run: run.id, gate: "below", outcome: "approved", by: "ana" });
      park();
      assert.deepEqual(valueOf(await ended), [49, 64]);
    } finally {
      await engine.close();
      rmSync(root, { recursive: true, force: true });
    }
  });
}

/** Resolves when a run has its gate. */
const engineGate = (engine: Engine, id: string): Promise<void> =>
  engine.inspect.gates(id).length > 0 ? Promise.resolve() : gateOpened(engine, "below", id);

const gateOpened = (engine: Engine, name: string, id?: string): Promise<void> =>
  new Promise((resolve) => {
    const stop = engine.subscribe((run, event) => {
      if (event.kind !== "gate-opened" || event.gate.name !== name || (id ?? run) !== run) return;
      stop();
      resolve();
    });
  });

function tally(jobs: readonly { readonly task: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { task: name } of jobs) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
