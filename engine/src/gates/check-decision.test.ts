import assert from "node:assert/strict";
import { test } from "node:test";
import { LigaseError } from "@ligase/sdk";
import type { DecisionRecord } from "../model/records.ts";
import { checkedDecision, type AskingGate } from "./check-decision.ts";

const approval: DecisionRecord = { outcome: "approved", by: "ana", at: 0, comment: null, value: null };

function gate(kind: AskingGate["kind"]): AskingGate {
  const policy = {
    timeoutMs: null,
    onTimeout: "fail",
    requireComment: false,
    reuse: "never",
    deciders: null,
    quorum: 2,
    notLauncher: false,
    remindersMs: [],
    escalation: null,
  } as const;
  return { kind, path: "flow/check", schema: null, policy };
}

for (const kind of ["approve", "review"] as const) {
  test(`43: a value for a gate of kind ${kind} that takes none is refused, so that votes for one thing are alike`, () => {
    assert.deepEqual(checkedDecision(gate(kind), approval), approval);
    assert.throws(
      () => checkedDecision(gate(kind), { ...approval, value: 5 }),
      (error) => error instanceof LigaseError && error.code === "signal-not-valid",
    );
  });
}
