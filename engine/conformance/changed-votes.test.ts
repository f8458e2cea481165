import assert from "node:assert/strict";
import { test } from "node:test";
import { after, approve, waitForInput, workflow, z } from "@ligase/sdk";
import type { Decision, RunHandle } from "@ligase/engine";
import { verifyAudit } from "../src/inspect/verify-audit.ts";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";

/* C20: while a gate is open, people may vote otherwise than they did (docs/adr/0009-votes-that-change.md). */

const FILE = import.meta.filename;

const agreed = workflow({ name: "agreed" }, () =>
  waitForInput(z.number(), { name: "qc", quorum: 2, decidedBy: { users: ["ana", "ben"] } }),
);
const released = workflow({ name: "released" }, () => approve(1, { name: "qc", quorum: 2 }));
const later = workflow({ name: "later" }, () =>
  after(waitForInput(z.number(), { name: "start" }), () =>
    waitForInput(z.number(), { name: "qc", quorum: 2 }),
  ),
);

const says = (run: RunHandle, by: string, more: Partial<Decision> = {}): Decision => {
  return { run: run.id, gate: "qc", outcome: "answered", by, ...more };
};

/** State, voter and value of each signal to the gate. */
const signalsOf = ({ engine }: EngineRig, run: RunHandle) =>
  engine.inspect
    .signals(run.id)
    .filter(({ address }) => address.endsWith("qc"))
    .map(({ state, decision: { by, value } }) => [state, by, value]);

function checkAudit({ engine: { inspect } }: EngineRig, run: RunHandle): void {
  assert.equal(verifyAudit(inspect.audit(run.id), inspect.signals(run.id)).holds, true);
}

test("C20: those who are named one by one and disagree reach their quorum when one changes their vote", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(agreed);
  const [gate] = await rig.gates(run);
  rig.engine.decide(says(run, "ana", { value: 3 }));
  rig.engine.decide(says(run, "ben", { value: 4, comment: "counted again" }));
  assert.equal(rig.engine.inspect.gates(run.id)[0]?.status, "open");
  rig.engine.decide(says(run, "ana", { value: 4 }));
  assert.equal(valueOf(await run.ended), 4);
  assert.deepEqual(signalsOf(rig, run), [
    ["replaced", "ana", 3],
    ["used", "ben", 4],
    ["used", "ana", 4],
  ]);
  assert.deepEqual(
    rig.engine.inspect.votes(run.id, "qc").map(({ by, value }) => [by, value]),
    [
      ["ben", 4],
      ["ana", 4],
    ],
  );
  const [first, , changed] = rig.engine.inspect
    .audit(run.id)
    .filter(({ action, subject }) => action === "voted" && subject === gate?.id);
  assert.deepEqual([changed?.actor, changed?.detail["replaces"]], ["ana", first?.detail["decision"]]);
  checkAudit(rig, run);
  const signals = rig.engine.inspect.signals(run.id);
  const forged = signals.map((signal) =>
    signal.state === "replaced" ? { ...signal, decision: { ...signal.decision, value: 5 } } : signal,
  );
  assert.deepEqual(verifyAudit(rig.engine.inspect.audit(run.id), forged).changed, [first?.number]);
});

test("C20: a changed vote counts once, whatever it was before", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(agreed);
  await rig.gates(run);
  for (const value of [3, 4, 3, 3]) rig.engine.decide(says(run, "ana", { value }));
  assert.equal(rig.engine.inspect.gates(run.id)[0]?.status, "open");
  assert.deepEqual(
    signalsOf(rig, run).map(([state]) => state),
    ["replaced", "replaced", "used"],
    "the same again is no other vote",
  );
  rig.engine.decide(says(run, "ben", { value: 4 }));
  assert.equal(rig.engine.inspect.gates(run.id)[0]?.status, "open", "nobody says 4 but ben any more");
  rig.engine.decide(says(run, "ben", { value: 3 }));
  assert.equal(valueOf(await run.ended), 3);
  checkAudit(rig, run);
});

test("C20: an approval that becomes a rejection rejects; after that nothing is changed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(released);
  await rig.gates(run);
  rig.engine.decide(says(run, "ana", { outcome: "approved" }));
  rig.engine.decide(says(run, "ana", { outcome: "rejected", comment: "S2 is contaminated" }));
  assert.equal((await run.ended).error?.kind, "rejected");
  const same = rig.engine.decide(says(run, "ana", { outcome: "rejected" }));
  assert.equal(same === "kept" ? same : same.status, "resolved");
  assert.throws(() => rig.engine.decide(says(run, "ana", { outcome: "approved" })), {
    code: "gate-already-resolved",
  });
  checkAudit(rig, run);
});

test("a vote that says nothing, or of somebody who may not decide any more, leaves the one before", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(agreed);
  await rig.gates(run);
  rig.engine.decide(says(run, "ana", { value: 3 }));
  assert.throws(() => rig.engine.decide(says(run, "ana", { value: "four" })), { code: "signal-not-valid" });
  rig.engine.handOver({ run: run.id, gate: "qc", to: { users: ["ben", "cid"] }, by: "ana", comment: "away" });
  assert.throws(() => rig.engine.decide(says(run, "ana", { value: 4 })), { code: "decision-not-allowed" });
  rig.engine.decide(says(run, "cid", { value: 3 }));
  assert.equal(valueOf(await run.ended), 3);
  checkAudit(rig, run);
});

test("C24: of what somebody says before the gate opens, the last counts when it does not close it", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(later);
  await rig.gates(run);
  for (const value of [3, 4]) assert.equal(rig.engine.decide(says(run, "ana", { value })), "kept");
  rig.engine.decide(says(run, "ana", { gate: "start", value: 0 }));
  await rig.gatesLeft(run, 0);
  const [gate] = await rig.gates(run);
  assert.equal(gate?.name, "qc");
  assert.deepEqual(signalsOf(rig, run), [
    ["replaced", "ana", 3],
    ["used", "ana", 4],
  ]);
  rig.engine.decide(says(run, "ben", { value: 4 }));
  assert.equal(valueOf(await run.ended), 4);
  checkAudit(rig, run);
});
