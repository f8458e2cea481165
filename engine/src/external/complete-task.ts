import { LigaseError } from "@ligase/sdk";
import { encode } from "@ligase/sdk/internal";
import { checkedValue } from "../gates/check-decision.ts";
import { refuse, settleGate } from "../gates/vote.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";
import type { Store } from "../ports/store.ts";
import { decisionOf, holdToDecide, notHeld, type Held } from "./lease-reports.ts";

/**
 * Closes the gate of a task with the worker's result; inside a transaction. What is given back is thrown after it: a
 * result that comes too late is kept as evidence. Throws `signal-not-valid` before anything is written.
 */
export function completeTask(
  { store, now }: { readonly store: Store; readonly now: number },
  { id, token, value }: { readonly id: string; readonly token: string; readonly value: unknown },
): LigaseError | null {
  const held = holdToDecide(store, { id, token });
  const { task, lease, gate } = held;
  const decision: DecisionRecord = { ...decisionOf(lease, now), outcome: "answered", comment: null, value };
  if (lease.ending === null) {
    const checked = valueOf(gate, value);
    store.external.endLease(task.id, lease.number, "completed", null);
    settleGate(store, gate, { ...decision, value: checked });
    return null;
  }
  if (lease.ending === "completed" && encode(valueOf(gate, value)) === encode(gate.decision?.value))
    return null;
  return refuse(store, { gate, decision }, tooLate(held, gate));
}

const valueOf = (gate: GateRecord, value: unknown): unknown =>
  gate.schema === null ? value : checkedValue(gate.path, gate.schema, value);

function tooLate(held: Held, gate: GateRecord): LigaseError {
  const { lease } = held;
  if (lease.ending !== "completed" && lease.ending !== "revoked") return notHeld(held);
  const { outcome = gate.status, by = null } = gate.decision ?? {};
  return new LigaseError("gate-already-resolved", { gate: gate.path, outcome, by: by ?? "the engine" });
}
