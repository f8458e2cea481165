import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { add, approve, catchError, orElse, review, sleep, waitForInput, workflow, z } from "@ligase/sdk";
import type { RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";
import { yes } from "./fixtures/approval.ts";

/* Cases 45 to 47 of the conformance list: what comes of a gate. */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });
const HOUR_MS = 3_600_000;

const gated = workflow({ name: "gated" }, () => add(approve(wait({ x: 1 }), { name: "qc" }), 1));

const timed = workflow({ name: "timed" }, () => approve(1, { name: "soon", timeout: "2h" }));
const timedInput = workflow({ name: "timed-input" }, () =>
  waitForInput(number, { name: "soon", timeout: "2h", default: 7 }),
);
const timedReview = workflow(
  { name: "timed-review" },
  () => review(1, { name: "soon", timeout: "2h" }).outcome,
);

test("(45) a gate whose time is up fails with a kind of its own, or gives its default, or says so", async () => {
  await using rig = new EngineRig(FILE);
  const failing = await rig.launch(timed);
  await rig.gates(failing);
  rig.clock.advance(2 * HOUR_MS - 1);
  assert.equal(failing.progress().openGates.length, 1);
  rig.clock.advance(1);
  const { status, error } = await failing.ended;
  assert.deepEqual(
    { status, kind: error?.kind, code: error?.code },
    { status: "failed", kind: "expired", code: "gate-expired" },
  );
  for (const [flow, value] of [
    [timedInput, 7],
    [timedReview, "expired"],
  ] as const) {
    const run = await rig.launch(flow);
    await rig.gates(run);
    rig.clock.advance(2 * HOUR_MS);
    assert.equal(valueOf(await run.ended), value);
  }
});

test("(45) timer and person never both win: whoever closes the gate first", async () => {
  await using rig = new EngineRig(FILE);
  const person = await rig.launch(timedInput);
  await rig.gates(person);
  rig.engine.decide({ ...yes(person, "soon"), outcome: "answered", value: 1 });
  rig.clock.advance(2 * HOUR_MS);
  assert.equal(valueOf(await person.ended), 1);
  const timer = await rig.launch(timedInput);
  const [gate] = await rig.gates(timer);
  rig.clock.advance(2 * HOUR_MS);
  await timer.ended;
  assert.throws(() => rig.engine.decide({ ...yes(timer, gate?.id ?? ""), outcome: "answered", value: 1 }), {
    code: "gate-already-resolved",
  });
});

const rejected = workflow({ name: "rejected" }, () =>
  catchError(() => approve(1, { name: "qc" }), {
    rejected: (error) => ({ kind: error.kind, details: error.details, message: error.message }),
  }),
);

test("(46) a rejection is an error of its own kind, with who and why, and can be handled", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(gated);
  (await puppets.nextCall("wait")).succeed(1);
  await rig.gates(run);
  rig.engine.decide(yes(run, "qc", { outcome: "rejected", comment: "too shallow" }));
  const { error } = await run.ended;
  assert.deepEqual(
    { kind: error?.kind, code: error?.code, details: error?.details },
    { kind: "rejected", code: "gate-rejected", details: { gate: "qc", by: "ada", comment: "too shallow" } },
  );
  const handling = await rig.launch(rejected);
  await rig.gates(handling);
  rig.engine.decide(yes(handling, "qc", { outcome: "rejected", comment: "too shallow" }));
  assert.deepEqual(valueOf(await handling.ended), {
    kind: "rejected",
    message: 'ada rejected "qc": too shallow',
    details: { gate: "qc", by: "ada", comment: "too shallow" },
  });
});

test("(46) a review gives the decision as data and fails for none", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(reviewed);
  await rig.gates(run);
  rig.engine.decide(yes(run, "look", { outcome: "rejected", comment: "no" }));
  assert.deepEqual(valueOf(await run.ended), {
    outcome: "rejected",
    by: "ada",
    at: new Date(rig.clock.now()),
    comment: "no",
  });
});

const reviewed = workflow({ name: "reviewed" }, () => review({ any: 1 }, { name: "look" }));

const Verdict = z.object({ keep: z.boolean(), because: z.string().min(1) });
const judged = workflow({ name: "judged" }, () => {
  const verdict = review("S1", { name: "look", form: Verdict, timeout: "2h" });
  return { verdict, because: orElse(verdict.answers, { keep: false, because: "nobody looked" }).because };
});

test("(46) a review with a form gives what was filled in, and takes no approval without it", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(judged);
  const [gate] = await rig.gates(run);
  assert.equal(gate?.schema?.kind, "record");
  for (const value of [undefined, { keep: true }, { keep: "yes", because: "x" }])
    assert.throws(() => rig.engine.decide(yes(run, "look", { value })), { code: "signal-not-valid" });
  const answers = { keep: true, because: "clear" };
  rig.engine.decide(yes(run, "look", { value: answers }));
  const at = new Date(rig.clock.now());
  assert.deepEqual(valueOf(await run.ended), {
    verdict: { outcome: "approved", by: "ada", at, comment: null, answers },
    because: "clear",
  });
});

test("(46) nothing is filled in by who rejects, or when the time is up", async () => {
  await using rig = new EngineRig(FILE);
  for (const [outcome, act] of [
    ["rejected", (run: RunHandle) => rig.engine.decide(yes(run, "look", { outcome: "rejected" }))],
    ["expired", () => rig.clock.advance(2 * HOUR_MS)],
  ] as const) {
    const run = await rig.launch(judged);
    await rig.gates(run);
    await rig.waiting(run);
    act(run);
    const { verdict, because } = valueOf(await run.ended) as {
      verdict: Record<string, unknown>;
      because: string;
    };
    assert.deepEqual([verdict["outcome"], verdict["answers"], because], [outcome, null, "nobody looked"]);
  }
});

const slept = workflow({ name: "slept" }, () => ({
  night: sleep("8h"),
  day: sleep("30d"),
  work: wait({ x: 1 }),
}));

test("(47) a sleep may last for hours and days while other work goes on", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(slept);
  await rig.gates(run, 2);
  (await puppets.nextCall("wait")).succeed(1);
  await rig.pass(8 * HOUR_MS);
  await rig.gatesLeft(run, 1);
  assert.equal(rig.engine.inspect.run(run.id).status, "waiting");
  rig.clock.advance(30 * 24 * HOUR_MS);
  assert.deepEqual(valueOf(await run.ended), { night: null, day: null, work: 1 });
});

test("(47) nobody can end a sleep but time", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(slept);
  const [gate] = await rig.gates(run, 2);
  assert.throws(() => rig.engine.decide(yes(run, gate?.id ?? "")), { code: "signal-not-valid" });
  (await puppets.nextCall("wait")).fail("over");
  await run.ended;
});
