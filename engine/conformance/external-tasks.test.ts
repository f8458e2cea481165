import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { add, catchError, cond, external, file, format, instant, map, task, workflow, z } from "@ligase/sdk";
import type { LeaseRequest } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { CELL, code, labelled, MINUTE_MS, pull, pullOne } from "./fixtures/labelling.ts";

/* Case 50 of the conformance list, and what design section 4 says of external tasks: what is asked and what comes back. */

const FILE = import.meta.filename;
const number = z.number();

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
