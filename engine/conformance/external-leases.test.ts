import assert from "node:assert/strict";
import { test } from "node:test";
import { external, map, workflow, z } from "@ligase/sdk";
import type { ExternalTasks, LeasedTask } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { ANA, CELL, code, labelled, MINUTE_MS, pull, pullOne } from "./fixtures/labelling.ts";

/* Case 50 of the conformance list: who has an external task, for how long, and what becomes of it then. */

const FILE = import.meta.filename;
const number = z.number();

test("(50) after a lost lease another worker gets the task; what the first says then is refused and kept", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  const first = pullOne(rig);
  rig.clock.advance(MINUTE_MS - 1);
  assert.deepEqual(pull(rig, { worker: "w2" }), []);
  rig.clock.advance(1);
  const second = pullOne(rig, { worker: "w2", by: { name: "ben" } });
  assert.deepEqual([second.task.id, second.task.attempts, second.task.lostLeases], [first.task.id, 2, 1]);
  const { external: queue } = rig.engine;
  const late = { kind: "dirt", boxes: [] };
  assert.throws(() => queue.complete(first.task.id, first.token, late), code("lease-not-held"));
  assert.throws(() => queue.heartbeat(first.task.id, first.token), code("lease-not-held"));
  assert.throws(() => queue.release(first.task.id, first.token), code("lease-not-held"));
  queue.complete(second.task.id, second.token, CELL);
  assert.throws(() => queue.complete(first.task.id, first.token, late), code("lease-not-held"));
  assert.deepEqual(valueOf(await run.ended), CELL);
  const signals = rig.engine.inspect.signals(run.id);
  assert.deepEqual(
    signals.map(({ state, decision: { by, worker, value } }) => [state, by, worker, value]),
    [
      ["refused", "ana", "w1", late],
      ["used", "ben", "w2", CELL],
      ["refused", "ana", "w1", late],
    ],
  );
  const refused = rig.engine.inspect.audit(run.id).filter(({ action }) => action === "refused");
  assert.deepEqual(
    refused.map(({ actor, detail }) => [actor, detail["code"]]),
    [
      ["ana", "lease-not-held"],
      ["ana", "lease-not-held"],
    ],
  );
});

test("a heartbeat keeps the lease, and tells progress and log", async () => {
  await using rig = new EngineRig(FILE);
  await labelled(rig);
  const { external: queue } = rig.engine;
  const { task: taken, token } = pullOne(rig, { lastsMs: 10_000 });
  rig.clock.advance(9_000);
  const alive = queue.heartbeat(taken.id, token, {
    progress: 0.25,
    message: "count\u0000ing",
    log: ["a", "b\u001B[31m"],
  });
  assert.deepEqual([alive.progress, alive.message], [0.25, "count\uFFFDing"]);
  assert.equal(alive.leasedUntil, rig.clock.now() + 10_000);
  rig.clock.advance(9_000);
  assert.deepEqual(pull(rig, { worker: "w2" }), []);
  queue.heartbeat(taken.id, token, { log: ["c"] });
  assert.deepEqual(
    queue.log(taken.id).map(({ text }) => text),
    ["a", "b\uFFFD[31m", "c"],
  );
  assert.equal(queue.list({ state: "leased" })[0]?.progress, 0.25, "it stands until another is told");
  rig.clock.advance(11_000);
  queue.heartbeat(taken.id, token);
  assert.deepEqual(pull(rig, { worker: "w2" }), [], "one that is over holds until it was taken back");
});

test("a task that is given back is at its place in the line again", async () => {
  await using rig = new EngineRig(FILE);
  await labelled(rig);
  const { external: queue } = rig.engine;
  const { task: taken, token } = pullOne(rig);
  assert.equal(queue.release(taken.id, token).state, "ready");
  queue.release(taken.id, token);
  assert.throws(() => queue.heartbeat(taken.id, token), code("lease-not-held"));
  assert.equal(pullOne(rig).task.lostLeases, 0);
  assert.throws(() => queue.release(taken.id, token), code("lease-not-held"));
  assert.deepEqual(
    queue.leases(taken.id).map(({ worker, ending }) => [worker, ending]),
    [
      ["w1", "released"],
      ["w1", null],
    ],
  );
});

test("a task that too many workers lost is set aside with the reason, until somebody puts it back", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  const { external: queue } = rig.engine;
  for (const worker of ["w1", "w2"]) {
    const { task: taken, token } = pullOne(rig, { worker });
    // A sign of life does not make good that the lease is lost in the end.
    queue.heartbeat(taken.id, token);
    rig.clock.advance(MINUTE_MS);
  }
  assert.deepEqual(pull(rig), []);
  const [aside] = queue.list({ state: "aside" });
  assert.equal(aside?.message, "2 leases were lost, the last by w2");
  const id = aside?.id ?? "";
  assert.throws(() => queue.putBack(id, { name: "cid", roles: ["viewer"] }), code("not-allowed"));
  assert.equal(queue.putBack(id.slice(0, 30), ANA).state, "ready");
  assert.throws(() => queue.putBack(id, ANA), code("external-task-not-aside"));
  assert.throws(() => queue.putBack("none", ANA), code("external-task-not-found"));
  const { task: taken, token } = pullOne(rig);
  assert.equal(taken.lostLeases, 0);
  queue.complete(taken.id, token, CELL);
  assert.deepEqual(valueOf(await run.ended), CELL);
  const audit = rig.engine.inspect.audit(run.id).map(({ action, actor }) => [action, actor]);
  assert.deepEqual(audit, [
    ["gate-opened", null],
    ["set-aside", null],
    ["put-back", "ana"],
    ["voted", "ana"],
    ["gate-closed", "ana"],
  ]);
});

test("closing the gate in another way takes the task away: the next sign of life is told", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  const { external: queue } = rig.engine;
  const { task: taken, token } = pullOne(rig);
  run.cancel();
  await run.ended;
  assert.throws(() => queue.heartbeat(taken.id, token), { code: "external-task-over", message: /cancelled/ });
  assert.throws(() => queue.fail(taken.id, token, { message: "", retry: true }), code("external-task-over"));
  assert.throws(() => queue.complete(taken.id, token, CELL), code("gate-already-resolved"));
  assert.deepEqual([queue.list()[0]?.state, pull(rig)], ["done", []]);
});

test("greater priority comes first, and no more of a topic are leased than its limit", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(limited);
  await rig.gates(run, 4);
  const { external: queue } = rig.engine;
  const take = (): readonly LeasedTask[] => pull(rig, { topics: ["gpu"], limit: 10 });
  const [urgent, usual] = take();
  assert.deepEqual([urgent?.task.name, usual?.task.name], ["urgent", "usual"]);
  assert.deepEqual(take(), []);
  queue.complete(urgent?.task.id ?? "", urgent?.token ?? "", 1);
  assert.equal(take().length, 1);
  assert.deepEqual(take(), []);
});

const usual = external({ name: "usual", topic: "gpu", output: number, limit: 2, input: { x: number } });
const urgent = external({ name: "urgent", topic: "gpu", output: number, priority: 5 });
const limited = workflow({ name: "limited" }, () => [map([1, 2, 3], (x) => usual({ x })), urgent({})]);

test("a run that is in no memory is worked for all the same, and goes on from what was completed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  await rig.reopen();
  const { task: taken, token } = pullOne(rig);
  await rig.reopen();
  rig.engine.external.heartbeat(taken.id, token);
  rig.engine.external.complete(taken.id, token, CELL);
  const resumed = await rig.engine.resume(run.id);
  assert.deepEqual(valueOf(await resumed.ended), CELL);
});

test("a run that is cancelled while nobody advances it takes its tasks from the workers", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  await rig.reopen();
  const { task: taken, token } = pullOne(rig);
  rig.engine.cancel(run.id);
  assert.throws(() => rig.engine.external.heartbeat(taken.id, token), code("external-task-over"));
});

/** Works until nothing is left: takes what there is, completes some, loses some, gives some back. */
function busyWorker(queue: ExternalTasks, worker: string, done: Map<string, number>): () => void {
  let turn = worker.length;
  return () => {
    for (const { task: taken, input, token } of queue.lease({
      topics: ["numbers"],
      worker,
      by: ANA,
      limit: 3,
    })) {
      turn++;
      if (turn % 5 === 0) continue;
      if (turn % 5 === 1) queue.release(taken.id, token);
      else {
        queue.complete(taken.id, token, (input as { x: number }).x ** 2);
        done.set(taken.id, (done.get(taken.id) ?? 0) + 1);
      }
    }
  };
}

const square = external({ name: "square", topic: "numbers", input: { x: number }, output: number });
const MANY = 60;
const many = workflow({ name: "many" }, () =>
  map(
    Array.from({ length: MANY }, (_, x) => x),
    (x) => square({ x }),
  ),
);

test("of workers that race for one topic, on several engines, each task is completed by one", async (t) => {
  await using rig = new EngineRig(FILE);
  const others = [new EngineRig(FILE, { root: rig.root }), new EngineRig(FILE, { root: rig.root })];
  t.after(async () => {
    for (const other of others) await other.engine.close();
  });
  const run = await rig.launch(many);
  await rig.gates(run, MANY);
  const done = new Map<string, number>();
  const workers = [rig, ...others].flatMap(({ engine }, index) =>
    [0, 1].map((each) => busyWorker(engine.external, `w${"x".repeat(index * 2 + each)}`, done)),
  );
  while (done.size < MANY) {
    for (const work of workers) work();
    // What was lost comes back.
    for (const { clock } of [rig, ...others]) clock.advance(MINUTE_MS);
    for (const { id } of rig.engine.external.list({ state: "aside" })) rig.engine.external.putBack(id, ANA);
  }
  assert.ok([...done.values()].every((times) => times === 1));
  assert.deepEqual(
    valueOf(await run.ended),
    Array.from({ length: MANY }, (_, x) => x ** 2),
  );
});
