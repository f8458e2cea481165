import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { after, approve, File, file, sleep, task, waitForInput, workflow, z } from "@ligase/sdk";
import { verifyAudit } from "@ligase/engine/reader";
import type { Decision, HandOver, RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";

/* Gates that are given to others to decide, and several decisions at once. */

const FILE = import.meta.filename;
const MINUTE_MS = 60_000;

const says = (run: RunHandle, by: string, more: Partial<Decision> = {}): Decision => ({
  run: run.id,
  gate: "qc",
  outcome: "approved",
  by,
  ...more,
});
const hands = (run: RunHandle, by: string, to: HandOver["to"], more: Partial<HandOver> = {}): HandOver => ({
  run: run.id,
  gate: "qc",
  by,
  to,
  ...more,
});
const code = (expected: string) => ({ code: expected });
const APPROVER = { roles: ["approver"] } as const;

const named = workflow({ name: "named" }, () =>
  approve(1, { name: "qc", decidedBy: { users: ["ana"] }, notLauncher: true }),
);

test("a gate that is handed over is decided by those it was given to, and by nobody else", async () => {
  await using rig = new EngineRig(FILE, { user: "zoe" });
  const run = await rig.launch(named);
  await rig.gates(run);
  const told: string[] = [];
  run.subscribe(({ kind }) => told.push(kind));
  const gate = rig.engine.handOver(
    hands(run, "ana", { users: ["ben"] }, { ...APPROVER, comment: "I am away" }),
  );
  assert.deepEqual([gate.status, gate.deciders?.users], ["open", ["ben"]]);
  while (!told.includes("gate-handed-over")) await nextTurn();
  assert.throws(() => rig.engine.decide(says(run, "ana", APPROVER)), {
    code: "decision-not-allowed",
    message: /handed it over/,
  });
  assert.throws(() => rig.engine.decide(says(run, "zoe", APPROVER)), code("decision-not-allowed"));
  rig.engine.decide(says(run, "ben", APPROVER));
  assert.equal(valueOf(await run.ended), 1);
});

test("it may be handed over by who may decide it or an admin, and only while it is open", async () => {
  await using rig = new EngineRig(FILE, { user: "zoe" });
  const run = await rig.launch(named);
  await rig.gates(run);
  const refused = code("hand-over-not-allowed");
  assert.throws(() => rig.engine.handOver(hands(run, "cid", { users: ["cid"] }, APPROVER)), refused);
  assert.throws(
    () => rig.engine.handOver(hands(run, "ana", { users: ["ben"] }, { roles: ["viewer"] })),
    refused,
  );
  assert.throws(() => rig.engine.handOver(hands(run, "zoe", { users: ["ben"] }, APPROVER)), refused);
  assert.throws(() => rig.engine.handOver(hands(run, " ", { users: ["ben"] })), code("decision-anonymous"));
  assert.throws(
    () => rig.engine.handOver(hands(run, "ana", { users: ["ben"] }, { gate: "no" })),
    code("gate-not-found"),
  );
  rig.engine.handOver(hands(run, "dan", { users: ["ben"] }, { roles: ["admin"] }));
  rig.engine.decide(says(run, "ben", APPROVER));
  await run.ended;
  assert.throws(
    () => rig.engine.handOver(hands(run, "dan", { users: ["ana"] }, { roles: ["admin"] })),
    code("gate-not-open"),
  );
  const fact = rig.engine.inspect.audit(run.id).filter(({ action }) => action === "handed-over");
  assert.deepEqual(
    fact.map(({ actor, detail }) => [actor, detail["deciders"]]),
    [["dan", "ben"]],
  );
});

const open = workflow({ name: "open" }, () => [
  approve(1, { name: "qc", quorum: 2, notLauncher: true }),
  sleep("1h", { name: "night" }),
]);

test("a hand-over after which nobody could decide is refused", async () => {
  await using rig = new EngineRig(FILE, { user: "zoe" });
  const run = await rig.launch(open);
  await rig.gates(run, 2);
  const hand =
    (to: HandOver["to"], gate = "qc") =>
    () =>
      rig.engine.handOver(hands(run, "dan", to, { gate }));
  const wrong = (message: RegExp) => ({ code: "hand-over-not-valid", message });
  assert.throws(hand({}), wrong(/nobody is named/));
  assert.throws(hand({ users: [" "] }), wrong(/empty/));
  assert.throws(hand({ roles: ["boss"] as never }), wrong(/"boss" is not a role/));
  assert.throws(hand({ users: ["zoe"] }), wrong(/launched the run/));
  assert.throws(hand({ users: ["ana"] }), wrong(/needs 2 who agree/));
  assert.throws(hand({ users: ["ana"] }, "night"), wrong(/does not wait for people/));
  rig.engine.decide(says(run, "ben"));
  rig.engine.handOver(hands(run, "dan", { users: ["ana"] }));
  const [, qc] = [...rig.engine.inspect.gates(run.id)].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  assert.deepEqual(qc?.deciders?.users, ["ana"]);
  rig.engine.decide(says(run, "ana"));
  assert.equal(rig.engine.inspect.gate(run.id, "qc").status, "resolved", "the vote that was given stays");
  run.cancel();
  await run.ended;
});

test("it may be handed on, and back to who gave it away; a role does not give it back", async () => {
  await using rig = new EngineRig(FILE, { user: "zoe" });
  const run = await rig.launch(named);
  await rig.gates(run);
  rig.engine.handOver(hands(run, "ana", APPROVER, APPROVER));
  assert.throws(() => rig.engine.decide(says(run, "ana", APPROVER)), code("decision-not-allowed"));
  rig.engine.handOver(hands(run, "ben", { users: ["ana"] }, APPROVER));
  rig.engine.decide(says(run, "ana", APPROVER));
  assert.equal(valueOf(await run.ended), 1);
  const { deciders } = rig.engine.inspect.gate(run.id, "qc");
  assert.deepEqual(
    deciders?.handedOver?.map(({ by, to }) => [by, to.users]),
    [
      ["ana", []],
      ["ben", ["ana"]],
    ],
  );
});

const escalated = workflow({ name: "escalated" }, () =>
  approve(1, {
    name: "qc",
    timeout: "10m",
    remind: "5m",
    decidedBy: { users: ["ana"] },
    escalate: { to: { users: ["eve"] } },
  }),
);

test("(45) reminders and the escalation go to those it was handed over to", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(escalated);
  await rig.gates(run);
  const told: string[] = [];
  run.subscribe(({ kind }) => told.push(kind));
  rig.engine.handOver(hands(run, "ana", { users: ["ben"] }));
  await rig.pass(5 * MINUTE_MS);
  while (!told.includes("gate-reminded")) await nextTurn();
  await rig.pass(5 * MINUTE_MS);
  while (!told.includes("gate-escalated")) await nextTurn();
  assert.deepEqual(rig.engine.inspect.gate(run.id, "qc").deciders?.users, ["ben", "eve"]);
  const asked = rig.engine.inspect.audit(run.id).map(({ action, detail }) => [action, detail["deciders"]]);
  assert.deepEqual(asked.slice(1), [
    ["handed-over", "ben"],
    ["reminded", "ben"],
    ["escalated", "ben or eve"],
  ]);
  assert.throws(() => rig.engine.decide(says(run, "ana")), code("decision-not-allowed"));
  rig.engine.decide(says(run, "ben"));
  assert.equal(valueOf(await run.ended), 1);
});

test("a hand-over is part of the chain: a reason that was changed shows", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(named);
  await rig.gates(run);
  rig.engine.handOver(hands(run, "ana", { users: ["ben"] }, { comment: "I am away" }));
  run.cancel();
  await run.ended;
  const { inspect } = rig.engine;
  const gates = inspect.gates(run.id);
  assert.equal(verifyAudit(inspect.audit(run.id), inspect.signals(run.id), gates).holds, true);
  const changed = gates.map((gate) => ({
    ...gate,
    deciders: {
      users: ["ben"],
      roles: [],
      handedOver: gate.deciders?.handedOver?.map((handed) => ({ ...handed, comment: "because" })) ?? [],
    },
  }));
  const check = verifyAudit(inspect.audit(run.id), inspect.signals(run.id), changed);
  assert.deepEqual([check.holds, check.changed], [false, [2]]);
  const gone = verifyAudit(
    inspect.audit(run.id),
    inspect.signals(run.id),
    gates.map((gate) => ({ ...gate, deciders: null })),
  );
  assert.deepEqual([gone.holds, gone.erased], [true, [2]]);
});

const number = z.number();
const two = workflow({ name: "two" }, () => {
  const a = waitForInput(number, { name: "a" });
  return [a, after(a, () => waitForInput(number, { name: "b" }))];
});
const answers = (run: RunHandle, values: Readonly<Record<string, unknown>>): readonly Decision[] =>
  Object.entries(values).map(([gate, value]) => says(run, "ana", { gate, outcome: "answered", value }));

test("several decisions at once all count, of gates that are open and of those to come", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(two);
  await rig.gates(run);
  const results = rig.engine.decide(answers(run, { a: 1, b: 2 }));
  assert.deepEqual(
    results.map((result) => (result === "kept" ? result : result.status)),
    ["resolved", "kept"],
  );
  assert.deepEqual(valueOf(await run.ended), [1, 2]);
});

test("when one of several is wrong or refused none counts, and the refused one is kept as evidence", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(both);
  await rig.gates(run, 2);
  const states = () => [
    rig.engine.inspect.gates(run.id).map(({ status }) => status),
    rig.engine.inspect.signals(run.id).map(({ address, state }) => `${address} ${state}`),
  ];
  assert.throws(() => rig.engine.decide(answers(run, { free: 1, bens: "x" })), code("decision-not-allowed"));
  assert.deepEqual(states(), [["open", "open"], ["both/bens refused"]]);
  for (const [wrong, expected] of [
    [answers(run, { bens: 1, free: "x" }), "decision-not-allowed"],
    [answers(run, { free: "x" }), "signal-not-valid"],
    [[...answers(run, { free: 1 }), ...answers(run, { none: 1 })], "gate-not-found"],
    [[...answers(run, { free: 1 }), ...answers(run, { free: 2 })], "gate-already-resolved"],
  ] as const) {
    assert.throws(() => rig.engine.decide(wrong), code(expected));
    assert.deepEqual(states()[0], ["open", "open"]);
  }
  run.cancel();
  await run.ended;
});

const both = workflow({ name: "both" }, () => [
  waitForInput(number, { name: "free" }),
  waitForInput(number, { name: "bens", decidedBy: { users: ["ben"] } }),
]);

let measured = 0;
const measure = task(
  { name: "measure-anew", input: { x: number }, cache: false, light: true },
  () => ++measured,
);
const checked = workflow({ name: "checked", input: { x: number } }, ({ x }) =>
  approve(measure({ x }), { name: "qc" }),
);

test("(49) a new run asks again, and tells what was decided the last time, on which content", async () => {
  await using rig = new EngineRig(FILE);
  const first = await rig.launch(checked, { x: 1 });
  await rig.gates(first);
  assert.equal(rig.engine.inspect.decidedBefore(first.id, "qc"), null);
  rig.engine.decide(says(first, "ana", { comment: "fine" }));
  await first.ended;
  rig.clock.advance(MINUTE_MS);
  const second = await rig.launch(checked, { x: 1 });
  const [gate] = await rig.gates(second);
  const before = rig.engine.inspect.decidedBefore(second.id, "qc");
  assert.deepEqual(
    [before?.runId, before?.decision?.by, before?.decision?.comment],
    [first.id, "ana", "fine"],
  );
  assert.notEqual(before?.contentHash, gate?.contentHash);
  second.cancel();
  await second.ended;
});

const filed = task({ name: "filed", input: { x: number }, output: file(), light: true }, ({ x }, ctx) => {
  const path = join(ctx.folder, "page.html");
  writeFileSync(path, `${x} measured ${++measured} times`);
  return File.at(path);
});
const shown = workflow({ name: "shown", input: { x: number } }, ({ x }) =>
  approve(x, { name: "qc", show: [filed({ x })] }),
);

test("(49) C22: resumed, a decision stands on what was shown, and not on what was made anew otherwise", async () => {
  for (const isDecided of [true, false]) {
    await using rig = new EngineRig(FILE);
    const run = await rig.launch(shown, { x: 1 });
    const [gate] = await rig.gates(run);
    await rig.waiting(run);
    run.interrupt();
    await run.ended;
    if (isDecided) rig.engine.decide(says(run, "ana"));
    // The file that the task made is lost: it is made again, with other content.
    const { value } = rig.engine.inspect.jobData(run.id, jobOf(rig, run, "filed")) as {
      readonly value: File;
    };
    rmSync(value.path, { force: true });
    await rig.reopen();
    const resumed = await rig.engine.resume(run.id);
    const [again] = await rig.gates(resumed);
    assert.notEqual(again?.id, gate?.id);
    assert.notEqual(again?.contentHash, gate?.contentHash);
    const before = rig.engine.inspect.decidedBefore(run.id, again?.id ?? "");
    assert.equal(before?.id, isDecided ? gate?.id : undefined);
    assert.equal(
      rig.engine.inspect.gate(run.id, gate?.id ?? "").status,
      isDecided ? "resolved" : "cancelled",
    );
    rig.engine.decide(says(run, "ben"));
    assert.equal(valueOf(await resumed.ended), 1);
  }
});

const jobOf = (rig: EngineRig, run: RunHandle, name: string): number =>
  rig.engine.inspect.jobs(run.id).find((job) => job.task === name)?.number ?? 0;
