import { isLigaseError } from "@ligase/sdk";
import type { GateRecord } from "../model/records.ts";
import { withPresentRoles } from "../people/present-rights.ts";
import type { Store } from "../ports/store.ts";
import { refusalOf } from "./rights.ts";
import { castVote, closeGate } from "./vote.ts";

/** A gate that opens, and of what it is the gate. */
interface Opening {
  readonly gate: GateRecord;
  /** Who launched its run. */
  readonly launcher: string;
  /** The run that this one goes on with under other code. */
  readonly parent: string | null;
  /** The owner of the gate, as the store has it (C21). */
  readonly owner: string;
}

/**
 * Decides a gate by what was decided before it opened: signals that came early, the decision of the run that this one
 * goes on with, one on equal content. Inside the transaction that opens it.
 */
export function useEarlierDecisions(store: Store, opening: Opening): void {
  useEarlySignals(store, opening);
  if (isOpen(store, opening)) inheritDecision(store, opening);
  if (isOpen(store, opening)) reuseDecision(store, opening);
}

const isOpen = (store: Store, { gate }: Opening): boolean => store.gates.get(gate.id)?.status === "open";

/** What came early counts as if it came now; what does not fit stays as evidence (C24). */
function useEarlySignals(store: Store, { gate, launcher }: Opening): void {
  const { gates } = store;
  for (const early of [...gates.early(gate.runId, gate.path), ...gates.early(gate.runId, gate.name)]) {
    const { decision } = early;
    // What shows evidence is not decided unseen.
    if (gate.evidence.length > 0 && decision.contentHash !== gate.contentHash) continue;
    const current = gates.get(gate.id) as GateRecord;
    if (current.status !== "open") return;
    try {
      castVote(store, { gate: current, launcher, decision, early });
    } catch (error) {
      if (!isLigaseError(error)) throw error;
    }
  }
}

/** C22: with other code a decision stands when the gate at the same place shows the same under the same policy. */
function inheritDecision(store: Store, opening: Opening): void {
  const { gate, owner } = opening;
  for (let run = opening.parent; run !== null; run = store.runs.get(run)?.parent ?? null) {
    const before = store.gates.at(run, owner, gate.path);
    if (before?.contentHash === gate.contentHash && keepDecision(store, opening, before)) return;
  }
}

/** C23: an earlier decision on equal content, in whichever run. */
function reuseDecision(store: Store, opening: Opening): void {
  const { gate } = opening;
  if (gate.policy.reuse !== "same-content") return;
  const before = store.gates.reusable(gate.contentHash);
  if (before !== null) keepDecision(store, opening, before);
}

/** Closes the gate as an earlier one was, while all who decided that might decide this one, too. */
function keepDecision(store: Store, { gate, launcher }: Opening, before: GateRecord): boolean {
  const { decision } = before;
  if (decision === null || before.status !== "resolved") return false;
  const votes = store.gates.votes(before.id).map((vote) => withPresentRoles(store.people, vote.decision));
  // Nobody could be asked about one that was kept itself, or came of time.
  if (votes.length === 0 || votes.some((vote) => refusalOf({ gate, launcher }, vote) !== null)) return false;
  return closeGate(store, gate, decision);
}
