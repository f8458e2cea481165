import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { add, catchError, cond, external, file, format, instant, map, task, workflow, z } from "@ligase/sdk";
import type { ExternalTasks, LeasedTask, LeaseRequest, RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";

/* Case 50 of the conformance list, and what design section 4 says of external tasks. */

const FILE = import.meta.filename;
const MINUTE_MS = 60_000;
const number = z.number();
const code = (wanted: string) => ({ code: wanted });

const label = external({
  name: "label",
  topic: "images",
  input: { image: z.string(), size: z.int().default(3) },
  output: z.object({ kind: z.enum(["cell", "dirt"]), boxes: z.array(z.object({ x: number })) }),
  maxLostLeases: 2,
});
const CELL = { kind: "cell", boxes: [{ x: 1 }] };

const labelling = workflow({ name: "labelling", input: { image: z.string() } }, ({ image }) =>
  label({ image }),
);

const ANA = { name: "ana", roles: ["operator"] } as const;

const pull = (rig: EngineRig, request: Partial<LeaseRequest> = {}): readonly LeasedTask[] =>
  rig.engine.external.lease({ topics: ["images"], worker: "w1", by: ANA, ...request });

function pullOne(rig: EngineRig, request: Partial<LeaseRequest> = {}): LeasedTask {
  const [leased, ...others] = pull(rig, request);
  assert.ok(leased !== undefined && others.length === 0);
  return leased;
}

async function labelled(rig: EngineRig, image = "a.pnm"): Promise<RunHandle> {
  const run = await rig.launch(labelling, { image });
  await rig.gates(run);
  return run;
}

test("a worker pulls a task by its topic, with the checked input, and its result is the value of the call", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  const [gate] = await rig.gates(run);
  assert.deepEqual([gate?.kind, gate?.path], ["external", "labelling/label"]);
  assert.deepEqual(pull(rig, { topics: ["sounds"] }), []);
  const { task: taken, input, token } = pullOne(rig);
  assert.deepEqual(input, { image: "a.pnm", size: 3 });
  assert.deepEqual([taken.id, taken.state, taken.worker, taken.by], [gate?.id, "leased", "w1", "ana"]);
  assert.deepEqual(pull(rig), [], "it is given to one");
  assert.equal(rig.engine.external.complete(taken.id, token, CELL).state, "done");
  assert.deepEqual(valueOf(await run.ended), CELL);
  const decision = rig.engine.inspect.gates(run.id)[0]?.decision;
  assert.deepEqual([decision?.by, decision?.worker, decision?.outcome], ["ana", "w1", "answered"]);
});

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

test("a wrong value is refused with the path of the wrong field, and the worker keeps the task", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  const { external: queue } = rig.engine;
  const { task: taken, token } = pullOne(rig);
  const wrong = { kind: "cell", boxes: [{ x: 1 }, { x: "left" }] };
  assert.throws(() => queue.complete(taken.id, token, wrong), {
    code: "signal-not-valid",
    message: /boxes\[1\]\.x/,
  });
  assert.equal(queue.list()[0]?.state, "leased");
  assert.deepEqual(rig.engine.inspect.signals(run.id), []);
  queue.complete(taken.id, token, CELL);
  assert.deepEqual(valueOf(await run.ended), CELL);
});

test("completing again with the same token and value changes nothing; with another it is refused and kept", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  const { external: queue } = rig.engine;
  const { task: taken, token } = pullOne(rig);
  queue.complete(taken.id, token, CELL);
  assert.equal(queue.complete(taken.id, token, CELL).state, "done");
  await run.ended;
  queue.complete(taken.id, token, CELL);
  const other = { kind: "dirt", boxes: [] };
  assert.throws(() => queue.complete(taken.id, token, other), code("gate-already-resolved"));
  assert.throws(() => queue.complete(taken.id, "lease_of_nobody", CELL), code("lease-not-held"));
  assert.deepEqual(
    rig.engine.inspect.signals(run.id).map(({ state }) => state),
    ["used", "refused"],
  );
  assert.throws(() => queue.complete("0190a000", token, CELL), code("external-task-not-found"));
});

test("a worker that gives up for now has the task tried again later, as often as the task allows", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(handled);
  await rig.gates(run);
  const { external: queue } = rig.engine;
  const topics = ["figures"];
  const busy = { message: "the model is loading", retry: true };
  const first = pullOne(rig, { topics });
  const rests = queue.fail(first.task.id, first.token, busy);
  assert.deepEqual([rests.state, rests.failures, rests.message], ["ready", 1, busy.message]);
  assert.equal(queue.fail(first.task.id, first.token, busy).failures, 1, "told again it counts once");
  assert.deepEqual(pull(rig, { topics }), []);
  rig.clock.advance(12_500);
  const second = pullOne(rig, { topics });
  queue.fail(second.task.id, second.token, busy);
  assert.deepEqual(valueOf(await run.ended), "user: the model is loading");
  assert.throws(() => queue.heartbeat(second.task.id, second.token), code("external-task-over"));
});

const count = external({
  name: "count",
  topic: "figures",
  output: z.string(),
  retries: { count: 1, backoff: "10s" },
});
const handled = workflow({ name: "handled" }, () =>
  catchError(() => count({}), { user: (error) => format`${error.kind}: ${error.message}` }),
);

test("a final failure fails the call with an error of kind user that says what the worker said", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  const { external: queue } = rig.engine;
  const { task: taken, token } = pullOne(rig);
  queue.fail(taken.id, token, { message: "not an image", retry: false });
  queue.fail(taken.id, token, { message: "not an image", retry: false });
  const { status, error } = await run.ended;
  assert.deepEqual([status, error?.kind, error?.message], ["failed", "user", "not an image"]);
  assert.deepEqual(error?.details, { gate: "label", worker: "w1", by: "ana" });
  assert.equal(error?.code, "external-task-failed");
  assert.throws(() => queue.complete(taken.id, token, CELL), code("lease-not-held"));
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

const timed = external({ name: "timed", topic: "slow", output: number, timeout: "1h" });
const expiring = workflow({ name: "expiring" }, () =>
  catchError(() => timed({}), { expired: (error) => error.message }),
);

test("(45) the time-out of a task is that of its gate: an error of kind expired", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(expiring);
  await rig.gates(run);
  const { task: taken, token } = pullOne(rig, { topics: ["slow"], lastsMs: 2 * 60 * MINUTE_MS });
  assert.equal(taken.deadlineAt, rig.clock.now() + 60 * MINUTE_MS);
  await rig.pass(60 * MINUTE_MS);
  assert.equal(valueOf(await run.ended), 'No worker completed "timed" within 1h.');
  assert.throws(() => rig.engine.external.complete(taken.id, token, 1), {
    code: "gate-already-resolved",
    message: /expired/,
  });
});

const square = external({ name: "square", topic: "numbers", input: { x: number }, output: number });
const dynamic = task({ name: "dynamic", input: { x: number }, light: true }, ({ x }) => square({ x }));
const everywhere = workflow({ name: "everywhere" }, () => ({
  twice: [square({ x: 1 }), square({ x: 2 })],
  mapped: map([3, 4], (x) => add(square({ x }), 0)),
  chosen: cond(
    true,
    () => square({ x: 5 }),
    () => square({ x: 6 }),
  ),
  made: dynamic({ x: 7 }),
  nested: square({ x: square({ x: 8 }) }),
}));

test("(44) an external task is called wherever an expression stands, each call a task of its own", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(everywhere);
  await rig.gates(run, 7);
  const { external: queue } = rig.engine;
  const work = (): void => {
    for (const { task: taken, input, token } of pull(rig, { topics: ["numbers"], limit: 100 }))
      queue.complete(taken.id, token, (input as { x: number }).x ** 2);
  };
  const paths = queue.list().map(({ path }) => path);
  assert.equal(new Set(paths).size, 7);
  assert.ok(paths.includes("everywhere/square~2"), paths.join());
  const stop = queue.subscribe(work);
  work();
  assert.deepEqual(valueOf(await run.ended), {
    twice: [1, 4],
    mapped: [9, 16],
    chosen: 25,
    made: 49,
    nested: 4096,
  });
  stop();
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

test("only operators work, and nobody answers an external gate as a person", async () => {
  await using rig = new EngineRig(FILE);
  const run = await labelled(rig);
  assert.throws(() => pull(rig, { by: { name: "cid", roles: ["viewer"] } }), code("not-allowed"));
  assert.throws(
    () => rig.engine.decide({ run: run.id, gate: "label", outcome: "answered", by: "ana", value: CELL }),
    { code: "signal-not-valid", message: /worker/ },
  );
  assert.equal(pull(rig).length, 1);
});

test("what a worker sends is checked", async () => {
  await using rig = new EngineRig(FILE);
  await labelled(rig);
  const wrong: readonly Partial<LeaseRequest>[] = [
    { topics: [] },
    { worker: " " },
    { worker: "two\nlines" },
    { lastsMs: 10 },
    { lastsMs: Number.NaN },
    { limit: 0 },
    { limit: 1_000 },
    { by: { name: "" } },
  ];
  for (const request of wrong) assert.throws(() => pull(rig, request), code("external-request-not-valid"));
  assert.deepEqual(pull(rig, { topics: ["\u0000", "'; DROP TABLE external_task; --"] }), []);
  const { task: taken, token } = pullOne(rig);
  const { external: queue } = rig.engine;
  for (const progress of [-1, 2, Number.NaN])
    assert.throws(() => queue.heartbeat(taken.id, token, { progress }), code("external-request-not-valid"));
  const log = Array.from({ length: 1_001 }, () => "x");
  assert.throws(() => queue.heartbeat(taken.id, token, { log }), code("external-request-not-valid"));
});

test("an input that does not fit fails the call, and no worker sees it", async () => {
  await using rig = new EngineRig(FILE);
  const { status, error } = await rig.end(misfit);
  assert.deepEqual([status, error?.kind, error?.code], ["failed", "misuse", "argument-not-valid"]);
  assert.deepEqual(rig.engine.external.list(), []);
});

const untyped = task({ name: "untyped", light: true }, (): unknown => "three");
const misfit = workflow({ name: "misfit" }, () => square({ x: untyped({}) as never }));

const mask = external({ name: "mask", topic: "masks", output: z.object({ mask: file(), at: instant() }) });
const textOf = task({ name: "text-of", input: { file: file() }, output: z.string(), light: true }, (args) =>
  args.file.text(),
);
const masked = workflow({ name: "masked" }, () => textOf({ file: mask({}).mask }));

test("a result may have files: they are kept as they were when it came", async () => {
  await using rig = new EngineRig(FILE);
  const path = join(rig.root, "mask.txt");
  writeFileSync(path, "first");
  const run = await rig.launch(masked);
  await rig.gates(run);
  const { external: queue } = rig.engine;
  const { task: taken, token } = pullOne(rig, { topics: ["masks"] });
  const result = { mask: path, at: "2026-01-01T00:00:00Z" };
  assert.throws(() => queue.complete(taken.id, token, result), code("value-not-encodable"));
  const kept = await queue.withFilesKept(taken.id, result);
  writeFileSync(path, "other");
  queue.complete(taken.id, token, kept);
  assert.equal(valueOf(await run.ended), "first");
  assert.equal(await queue.withFilesKept(taken.id, "not a record"), "not a record");
  await assert.rejects(
    queue.withFilesKept(taken.id, { ...result, mask: join(rig.root, "none") }),
    code("file-not-found"),
  );
});

test("options are checked when an external task is defined", () => {
  const define = (options: object) => () => external({ name: "x", topic: "t", output: number, ...options });
  assert.throws(define({ name: "a b" }), code("gate-option-not-valid"));
  for (const wrong of [
    { topic: "a b" },
    { priority: 1.5 },
    { limit: 0 },
    { maxLostLeases: 0 },
    { retries: -1 },
    { timeout: 0 },
  ])
    assert.throws(define(wrong), code("option-not-valid"));
  assert.throws(define({ retry: 1 }), code("option-unknown"));
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
