import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LigaseError } from "@ligase/sdk/values";
import { emptyValues } from "../read-options.ts";
import { COMMON_OPTIONS } from "../options.ts";
import { FakeRun, gateRecord } from "../testing/fake-run.ts";
import { FakeWorld, type FakeWorldOptions } from "../testing/fake-world.ts";
import { FOLLOW_OPTIONS, type FollowOptions } from "./follow-options.ts";
import { followRun } from "./follow-run.ts";

interface Following extends FakeWorldOptions {
  readonly options?: Partial<FollowOptions>;
}

function follow({ options = {}, ...terminal }: Following = {}) {
  const run = new FakeRun();
  const world = new FakeWorld(terminal);
  const all = { ...emptyValues({ ...FOLLOW_OPTIONS, ...COMMON_OPTIONS }), ...options } as FollowOptions;
  const exitCode = followRun({
    desk: run.desk,
    run,
    name: "flow",
    type: () => undefined,
    options: all,
    dryRun: false,
    world,
    keyboard: world.keyboard,
  });
  return { run, world, exitCode };
}

test("a run that succeeds ends with its value and exit code 0", async () => {
  const { run, world, exitCode } = follow();
  run.finish({ value: { reads: 7 } });
  assert.equal(await exitCode, 0);
  assert.match(world.written, /✓ succeeded in .*\n\n {2}reads {2}7\n$/);
});

test("a run that fails or is rejected exits with 1, each failure told once", async () => {
  const { run, world, exitCode } = follow();
  const error = { kind: "user", name: "Error", message: "no reads", task: "trim" } as const;
  run.emit({ kind: "job-ended", job: 2, task: "trim", status: "failed", error });
  run.emit({ kind: "job-ended", job: 1, task: "flow", status: "failed", error });
  run.finish({ status: "failed", error });
  assert.equal(await exitCode, 1);
  assert.equal(world.written.match(/✗ trim #2 failed: no reads/g)?.length, 1);
  assert.match(world.written, /FAILED {4}flow #1 because trim failed/);
});

test("Ctrl-C once lets finish what runs, twice cancels, a third time goes", async () => {
  const { run, world, exitCode } = follow();
  run.interrupt = () => void run.asked.push("interrupt");
  run.cancel = () => void run.asked.push("cancel");
  world.interruptNow();
  world.interruptNow();
  world.interruptNow();
  assert.deepEqual(run.asked, ["interrupt", "cancel"]);
  assert.deepEqual(world.exits, [130]);
  run.finish({ status: "cancelled" });
  assert.equal(await exitCode, 130);
});

test("a finished value is worth exit code 0 even if Ctrl-C came meanwhile", async () => {
  const { run, world, exitCode } = follow();
  run.interrupt = () => run.finish({ value: 1 });
  world.interruptNow();
  assert.equal(await exitCode, 0);
});

test("--approve decides every gate, --reject does so with its reason", async () => {
  const approving = follow({ options: { approve: true } });
  approving.run.openGate(gateRecord());
  await nextTurn();
  const [approved] = approving.run.decisions;
  assert.equal(approved?.outcome, "approved");
  approving.run.finish({});
  await approving.exitCode;

  const rejecting = follow({ options: { reject: "not today" } });
  rejecting.run.openGate(gateRecord());
  await nextTurn();
  const [rejected] = rejecting.run.decisions;
  assert.deepEqual([rejected?.outcome, rejected?.comment, rejected?.by], ["rejected", "not today", "ada"]);
  rejecting.run.finish({});
  await rejecting.exitCode;
});

test("without a terminal a gate says how it is decided, and --no-wait leaves the run waiting with exit code 0", async () => {
  const { run, world, exitCode } = follow({ options: { "no-wait": true } });
  run.openGate(gateRecord());
  run.status = "waiting";
  assert.equal(await exitCode, 0);
  assert.match(world.written, /◆ qc {2}Is it good\?/);
  assert.match(world.written, /ligase approve 01998c2f-4a3b qc\n/);
  assert.match(world.written, /■ waiting\n[^]*ligase resume 01998c2f-4a3b/);
});

test("on a terminal a gate is asked and decided by keys, and the keyboard is given back", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  run.openGate(gateRecord());
  assert.ok(world.isListeningToKeys);
  world.type("a");
  world.type("fine");
  assert.deepEqual(
    run.decisions.map(({ outcome, comment }) => [outcome, comment]),
    [["approved", "fine"]],
  );
  assert.ok(!world.isListeningToKeys);
  run.finish({});
  await exitCode;
});

test("several open gates are asked one after the other; one that is closed elsewhere is not asked any more", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  const gates = ["one", "two", "three"].map((name) => gateRecord({ name }));
  for (const gate of gates) run.openGate(gate);
  run.decide({ run: run.id, gate: "gate-two", outcome: "approved", by: "grace" });
  world.type("r");
  world.type("bad");
  world.type("a");
  world.type("");
  assert.deepEqual(
    run.decisions.map(({ gate, outcome }) => [gate, outcome]),
    [
      ["gate-two", "approved"],
      ["gate-one", "rejected"],
      ["gate-three", "approved"],
    ],
  );
  run.finish({});
  await exitCode;
});

test("a gate left for later ends the program with 75 once nothing else is to be done", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  run.openGate(gateRecord());
  world.type("l");
  assert.deepEqual(run.asked, []);
  run.status = "waiting";
  assert.equal(await exitCode, 75);
});

test("Ctrl-C at the prompt is an interrupt like any other", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  run.openGate(gateRecord());
  world.press({ kind: "interrupt" });
  assert.equal(await exitCode, 130);
  assert.deepEqual(run.asked, ["interrupt"]);
  assert.ok(!world.isListeningToKeys);
});

test("a value is read by the gate's type before it is sent", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  run.openGate(gateRecord({ kind: "input", name: "count", schema: { kind: "integer" } }));
  world.type("many");
  assert.deepEqual(run.decisions, []);
  world.press({ kind: "clear" });
  world.type("3");
  await nextTurn();
  assert.deepEqual(
    run.decisions.map(({ outcome, value }) => [outcome, value]),
    [["answered", 3]],
  );
  run.finish({});
  await exitCode;
});

test("for machines every line is a JSON document, and the last one is the end", async () => {
  const { run, world, exitCode } = follow({ options: { json: true } });
  run.emit({ kind: "job-started", job: 1, task: "trim", folder: null });
  run.finish({ value: 42 });
  assert.equal(await exitCode, 0);
  const documents = world.written
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    documents.map(({ kind }) => kind),
    ["run-started", "job-started", "run-ended"],
  );
  assert.deepEqual(documents.at(-1), {
    kind: "run-ended",
    time: 0,
    run: run.id,
    status: "succeeded",
    value: 42,
    error: null,
    interrupted: false,
  });
});

const POLICY = gateRecord().policy;

test("a vote that does not close its gate is told with the count, and the run waits for the others", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  run.openGate(
    gateRecord({ policy: { ...POLICY, quorum: 2 }, deciders: { users: ["ada", "ben"], roles: [] } }),
  );
  world.type("a");
  world.type("");
  assert.ok(!world.isListeningToKeys, "she is not asked again");
  run.status = "waiting";
  run.decide({ run: run.id, gate: "gate-qc", outcome: "approved", by: "ben" });
  assert.deepEqual(
    run.decisions.map(({ by, contentHash }) => [by, contentHash]),
    [
      ["ada", "1:x"],
      ["ben", undefined],
    ],
  );
  run.finish({});
  await exitCode;
  assert.match(world.written, /qc approved: 1 of 2 votes; it waits for ada or ben/);
});

test("who may not decide is told why by the engine, and is shown how others do", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  const reason = "they launched the run, and it asks for somebody else";
  run.refusal = new LigaseError("decision-not-allowed", { gate: "flow/qc", by: "ada", reason });
  run.openGate(gateRecord());
  world.type("a");
  world.type("");
  assert.ok(!world.isListeningToKeys);
  run.finish({});
  await exitCode;
  assert.match(world.written, /ada may not decide the gate "flow\/qc": they launched the run/);
  assert.match(world.written, /ligase approve 01998c2f-4a3b qc/);
});

test("a decision on other content is refused, and the gate is asked again as it is now", async () => {
  const { run, world, exitCode } = follow({ isTerminal: true });
  run.openGate(gateRecord());
  run.gates = [gateRecord({ contentHash: "1:y" })];
  run.refusal = new LigaseError("content-changed", { gate: "flow/qc" });
  world.type("a");
  world.type("");
  await nextTurn();
  run.refusal = null;
  world.type("a");
  world.type("");
  assert.deepEqual(
    run.decisions.map(({ contentHash }) => contentHash),
    ["1:y"],
  );
  run.finish({});
  await exitCode;
});

test("reminders and escalations are lines in the plain view and above the table", async () => {
  for (const isTerminal of [false, true]) {
    const { run, world, exitCode } = follow({ isTerminal });
    const gate = gateRecord({ deadlineAt: 600_000, deciders: { users: ["ana"], roles: [] } });
    run.openGate(gate);
    run.emit({ kind: "gate-reminded", gate });
    const deciders = { users: ["ana"], roles: ["admin"] } as const;
    run.emit({ kind: "gate-escalated", gate: { ...gate, isEscalated: true, deciders } });
    run.finish({});
    await exitCode;
    assert.match(world.written, /◆ qc still waits, 10m 00s left for ana/);
    assert.match(world.written, /◆ qc was not decided in time: now ana or an admin may decide, 10m 00s left/);
  }
});
