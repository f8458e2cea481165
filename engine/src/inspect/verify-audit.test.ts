import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { after, approve, waitForInput, workflow, z } from "@ligase/sdk";
import { EngineRig } from "../../../testkit/src/engine-rig.ts";
import type { Signal } from "../ports/inspect.ts";
import { verifyAudit } from "./verify-audit.ts";

const FILE = import.meta.filename;

const flow = workflow({ name: "flow" }, () =>
  after(waitForInput(z.number(), { name: "start" }), () => [
    approve("report", { name: "qc", quorum: 2, decidedBy: { users: ["ana", "ben"] } }),
    waitForInput(z.object({ at: z.date(), lanes: z.array(z.int()).default([1]) }), { name: "plan" }),
  ]),
);

/** The chain and the signals of a run with votes, a refusal and an early answer that its form fills up. */
async function decided() {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(flow);
  await rig.gates(run);
  const decide = rig.engine.decide.bind(rig.engine);
  const plan = { at: "2026-08-21T10:00:00Z" };
  assert.equal(decide({ run: run.id, gate: "plan", outcome: "answered", value: plan, by: "cid" }), "kept");
  decide({ run: run.id, gate: "start", outcome: "answered", value: 1, by: "ana" });
  while (rig.engine.inspect.gates(run.id).length < 3) await nextTurn();
  decide({ run: run.id, gate: "qc", outcome: "approved", by: "ana", comment: "fine" });
  assert.throws(() => decide({ run: run.id, gate: "qc", outcome: "rejected", by: "eve" }), {
    code: "decision-not-allowed",
  });
  decide({ run: run.id, gate: "qc", outcome: "approved", by: "ben" });
  assert.equal((await run.ended).status, "succeeded");
  return { entries: rig.engine.inspect.audit(run.id), signals: rig.engine.inspect.signals(run.id) };
}

const { entries, signals } = await decided();
const at = (find: (signal: Signal) => boolean): number => {
  const index = signals.findIndex(find);
  assert.ok(index >= 0);
  return index;
};
const entryOf = ({ decision, gate, address }: Signal, action: string): number => {
  const isOf = (entry: (typeof entries)[0]): boolean =>
    entry.actor === decision.by && (entry.subject === gate || entry.subject === address);
  return entries.find((entry) => entry.action === action && isOf(entry))?.number ?? assert.fail();
};

test("a chain whose decisions are all stored holds, an early one that its form has read included", () => {
  assert.equal(signals.length, 5);
  assert.deepEqual(verifyAudit(entries, signals), {
    holds: true,
    brokenAt: null,
    changed: [],
    erased: [],
    unrecorded: [],
    unrecordedHandOvers: [],
  });
});

test("a changed word in a stored decision shows, be it a vote, a refusal or an early one", () => {
  for (const [index, signal] of signals.entries()) {
    const other = { ...signal, decision: { ...signal.decision, comment: "changed later" } };
    const { holds, changed, brokenAt, unrecorded } = verifyAudit(entries, signals.with(index, other));
    assert.deepEqual([holds, brokenAt, unrecorded], [false, null, []], signal.address);
    const action = signal.state === "refused" ? "refused" : "voted";
    assert.ok(changed.includes(entryOf(signal, action)), signal.address);
  }
});

test("a decision that was erased is told, and the chain holds without it", () => {
  const index = at(({ state }) => state === "refused");
  const check = verifyAudit(entries, signals.toSpliced(index, 1));
  assert.equal(check.holds, true);
  assert.deepEqual(check.erased, [entryOf(signals[index] as Signal, "refused")]);
});

test("a vote that was put beside the chain shows", () => {
  const [vote] = signals.slice(at(({ decision }) => decision.by === "ben"));
  const put: Signal = { ...(vote as Signal), decision: { ...(vote as Signal).decision, by: "mallory" } };
  const { holds, unrecorded } = verifyAudit(entries, [...signals, put]);
  assert.deepEqual([holds, unrecorded], [false, [put]]);
});

test("a changed entry breaks the chain at its number", () => {
  const [first] = entries;
  const changed = { ...(first as (typeof entries)[0]), at: 1 };
  const check = verifyAudit([changed, ...entries.slice(1)], signals);
  assert.deepEqual([check.holds, check.brokenAt], [false, 1]);
});
