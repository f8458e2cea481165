import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { add, after, approve, map, sleep, task, waitForInput, workflow, z } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Case 48 of the conformance list, and what else must be the same after a stop as without one (R3, R10). */

const FILE = import.meta.filename;
const WORKFLOW = fileURLToPath(new URL("./fixtures/gate-workflow.ts", import.meta.url));
const PROGRAM = fileURLToPath(new URL("./fixtures/engine-process.ts", import.meta.url));
const HOUR_MS = 3_600_000;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", PROGRAM, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const decideElsewhere = (root: string, run: string, gate: string): string =>
  execFileSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", PROGRAM, "decide", root, run, gate],
    { encoding: "utf8" },
  );

test("(48) killed while it waits, decided while it is down: after a restart the run goes on and repeats nothing", async () => {
  await using rig = new EngineRig(FILE);
  const log = join(rig.root, "executed");
  const child = start(["launch", rig.root, WORKFLOW, "killed-at-gate", JSON.stringify({ log })]);
  const run = await lineNumber(child, 2);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(decideElsewhere(rig.root, run, "qc"), "resolved");

  // The process is seen to be gone: nobody waits until its lease is over.
  const resumed = await rig.engine.resume(run);
  const [open, ...others] = await rig.gates(resumed);
  assert.deepEqual([open?.name, others], ["second", []]);
  rig.engine.decide({ run, gate: "second", outcome: "approved", by: "ada" });
  assert.equal(valueOf(await resumed.ended), 321);
  assert.deepEqual(readFileSync(log, "utf8").trim().split("\n").toSorted(), ["1", "20", "300"]);
});

/** The n-th line that a process writes. */
async function lineNumber(child: ChildProcess, count: number): Promise<string> {
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
    if (++seen === count) return line;
  throw new Error(`The process ended after ${seen} lines.`);
}

test("(48) a run that another process advances is not taken over while that process lives", async () => {
  await using rig = new EngineRig(FILE);
  const log = join(rig.root, "executed");
  const child = start(["launch", rig.root, WORKFLOW, "killed-at-gate", JSON.stringify({ log })]);
  try {
    const run = await lineNumber(child, 2);
    await assert.rejects(rig.engine.resume(run), { code: "run-busy" });
    assert.equal(rig.engine.inspect.gates(run).length, 2);
    rig.engine.decide({ run, gate: "qc", outcome: "approved", by: "ada" });
    rig.engine.decide({ run, gate: "second", outcome: "approved", by: "ada" });
    await once(child, "exit");
    assert.equal(rig.engine.inspect.value(run), 321);
  } finally {
    child.kill("SIGKILL");
  }
});

const steps = workflow({ name: "steps" }, () =>
  add(
    approve(wait({ x: 1 }), { name: "one" }),
    after(approve(2, { name: "two" }), () => wait({ x: 2 })),
  ),
);

test("(48) decisions that came while nobody advanced the run are found when it is resumed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(steps);
  (await puppets.nextCall("wait")).succeed(10);
  await rig.gates(run, 2);
  run.interrupt();
  assert.equal((await run.ended).status, "waiting");
  await rig.reopen();
  rig.engine.decide({ run: run.id, gate: "one", outcome: "approved", by: "ada" });
  rig.engine.decide({ run: run.id, gate: "two", outcome: "approved", by: "ada" });
  const resumed = await rig.engine.resume(run.id);
  const call = await puppets.nextCall("wait");
  assert.equal(call.args["x"], 2, "the first call is known");
  call.succeed(5);
  assert.equal(valueOf(await resumed.ended), 15);
});

const onlyGate = workflow({ name: "only-gate" }, () => [
  approve(1, { name: "one" }),
  waitForInput(z.object({ n: number.default(3) }), { name: "two" }),
]);

test("(48) a run whose every gate was decided while it was down ends as soon as it is resumed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(onlyGate);
  await rig.gates(run, 2);
  run.interrupt();
  await run.ended;
  rig.engine.decide({ run: run.id, gate: "one", outcome: "approved", by: "ada" });
  rig.engine.decide({ run: run.id, gate: "two", outcome: "answered", value: {}, by: "ada" });
  const resumed = await rig.engine.resume(run.id);
  assert.deepEqual(valueOf(await resumed.ended), [1, { n: 3 }]);
});

const nap = workflow({ name: "nap" }, () => [
  sleep("2h"),
  waitForInput(number, { name: "soon", timeout: "1h", default: 5 }),
]);

test("(47) time goes on while nobody advances the run", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(nap);
  await rig.gates(run, 2);
  run.interrupt();
  await run.ended;
  rig.clock.advance(HOUR_MS);
  const resumed = await rig.engine.resume(run.id);
  await rig.gates(resumed, 1);
  await rig.gatesLeft(resumed, 1);
  rig.clock.advance(HOUR_MS);
  assert.deepEqual(valueOf(await resumed.ended), [null, 5]);
});

const gatesOfRows = workflow({ name: "gates-of-rows" }, () =>
  map([wait({ x: 1 }), wait({ x: 2 })], (item, index) => ({ item, go: approve(index, { name: "go" }) })),
);

test("gates of items that are pending when they open are the same gates after a resume", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(gatesOfRows);
  (await puppets.nextCall("wait")).succeed(10);
  (await puppets.nextCall("wait")).succeed(20);
  const before = (await rig.gates(run, 2)).map(({ id }) => id).toSorted();
  run.interrupt();
  await run.ended;
  const resumed = await rig.engine.resume(run.id);
  assert.deepEqual((await rig.gates(resumed, 2)).map(({ id }) => id).toSorted(), before);
  for (const gate of before) rig.engine.decide({ run: run.id, gate, outcome: "approved", by: "ada" });
  assert.deepEqual(valueOf(await resumed.ended), [
    { item: 10, go: 0 },
    { item: 20, go: 1 },
  ]);
  assert.equal(rig.engine.inspect.gates(run.id).length, 2);
});

const rowsOf = task({ name: "rows-of", light: true }, () => [
  { id: "S1", n: wait({ x: 1 }) },
  { id: "S2", n: wait({ x: 2 }) },
]);
const gatesOfExpression = workflow({ name: "gates-of-expression" }, () =>
  map(rowsOf({}), (row) => map([row.n], (n) => after(n, () => approve(n, { name: "go" })))),
);

test("gates of items that an expression gave are the same gates when its value is known after a resume", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(gatesOfExpression);
  (await puppets.nextCall("wait")).succeed(10);
  (await puppets.nextCall("wait")).succeed(20);
  const before = (await rig.gates(run, 2)).map(({ id }) => id).toSorted();
  run.interrupt();
  await run.ended;
  const resumed = await rig.engine.resume(run.id);
  assert.deepEqual((await rig.gates(resumed, 2)).map(({ id }) => id).toSorted(), before);
  for (const gate of before) rig.engine.decide({ run: run.id, gate, outcome: "approved", by: "ada" });
  assert.deepEqual(valueOf(await resumed.ended), [[10], [20]]);
});
