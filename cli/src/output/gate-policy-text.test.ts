import assert from "node:assert/strict";
import { test } from "node:test";
import type { DecisionRecord, GateRecord } from "@ligase/engine";
import { gateRecord } from "../testing/fake-run.ts";
import { policyLines, votesText } from "./gate-policy-text.ts";

const HOUR = 3_600_000;
const PLAIN = gateRecord().policy;
const vote = (by: string, value: unknown = null): DecisionRecord => {
  return { outcome: value === null ? "approved" : "answered", by, at: 0, comment: null, value };
};
const lines = (gate: GateRecord, votes: readonly DecisionRecord[] = []): readonly string[] =>
  policyLines(gate, { now: 0, votes });

test("a gate that everybody may decide alone, at any time, says nothing of it", () => {
  assert.deepEqual(lines(gateRecord()), []);
});

test("who may decide, how many must, and what time does are a line each", () => {
  const policy = {
    ...PLAIN,
    quorum: 2,
    notLauncher: true,
    timeoutMs: 2 * HOUR,
    remindersMs: [HOUR, HOUR / 2],
    escalation: {
      to: {
        users: [],
        roles: ["admin"] as const,
      },
      timeoutMs: null,
    },
  };
  const gate = gateRecord({
    policy,
    deciders: { users: ["ana", "ben"], roles: ["approver"] },
    deadlineAt: 2 * HOUR,
    reminded: 1,
  });
  const [who, votes, until = ""] = lines(gate, [vote("ana")]);
  assert.equal(who, "to be decided by ana, ben or an approver; not by who launched the run");
  assert.equal(votes, "1 of 2 votes: ana approved");
  assert.match(until, /\(in 2h 00m\), then an admin may decide as well; a reminder 30m 00s before$/);
  const escalated = lines({ ...gate, isEscalated: true, deadlineAt: null });
  assert.match(escalated[0] ?? "", /others are asked since nobody decided in time/);
});

test("of answers that differ, the most that are alike count", () => {
  const gate = gateRecord({ kind: "input", policy: { ...PLAIN, quorum: 3 } });
  assert.equal(votesText(gate, [vote("ana", 3), vote("ben", 4), vote("cid", 4)]), "2 of 3");
});
