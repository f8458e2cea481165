import { isLigaseError, LigaseError } from "@ligase/sdk";
import { encode } from "@ligase/sdk/internal";
import { decisionHash, nextEntry, type AuditFact } from "../model/audit.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";
import { withPresentRoles } from "../people/present-rights.ts";
import type { StoredSignal } from "../ports/gate-store.ts";
import type { Store } from "../ports/store.ts";
import { checkedDecision } from "./check-decision.ts";
import { refusalOf } from "./rights.ts";

/** A vote for a gate, as it came. */
export interface Vote {
  readonly gate: GateRecord;
  /** Who launched the run of the gate. */
  readonly launcher: string;
  readonly decision: DecisionRecord;
  /** The signal that came before the gate opened, when this is one. */
  readonly early?: StoredSignal;
}

/**
 * Counts a vote and closes its gate when that is decided (C20); inside a transaction that holds the run's chain and the
 * gate. While the gate is open a voter may vote otherwise: the last vote counts, and the one before stays as evidence
 * (docs/adr/0009-votes-that-change.md). What is given back is thrown after the transaction: a vote that is refused is
 * kept as evidence. Throws what a vote is that says nothing: a wrong value, or no comment where one is needed.
 */
export function castVote(store: Store, vote: Vote): LigaseError | null {
  const { gate, decision } = vote;
  if (gate.status !== "open") return refuseLate(store, vote);
  // C24: of one that came early, the rights count that its maker has when it is used.
  const reason = refusalOf(
    vote,
    vote.early === undefined ? decision : withPresentRoles(store.people, decision),
  );
  if (reason !== null)
    return refuse(
      store,
      vote,
      new LigaseError("decision-not-allowed", { gate: gate.path, by: decision.by ?? "", reason }),
    );
  if ((decision.contentHash ?? gate.contentHash) !== gate.contentHash)
    return refuse(store, vote, new LigaseError("content-changed", { gate: gate.path }));
  const checked = checkedDecision(gate, decision);
  const votes = store.gates.votes(gate.id);
  const own = votes.find((other) => other.decision.by === checked.by);
  if (own !== undefined && isSame(own.decision, checked)) return null;
  if (own !== undefined) store.gates.replaceVote(own.id);
  count(store, vote, checked, own?.decision);
  const others = votes.filter((other) => other !== own).map((other) => other.decision);
  if (isDecided(gate, [...others, checked])) closeGate(store, gate, checked);
  return null;
}

/**
 * Decides a gate by one answer, whose maker has shown the right to it in another way, as by a lease; inside the
 * transaction that holds the run's chain and the gate.
 */
export function settleGate(store: Store, gate: GateRecord, decision: DecisionRecord): void {
  count(store, { gate }, decision);
  closeGate(store, gate, decision);
}

/** Closes a gate that nobody has to decide any more; one that is closed stays as it is. */
export function cancelGate(store: Store, gate: GateRecord, at: number): void {
  close(store, gate, { decision: null, at });
}

/** Closes a gate with what decided it; false when it was closed already, and then nothing changes. */
export const closeGate = (store: Store, gate: GateRecord, decision: DecisionRecord): boolean =>
  close(store, gate, { decision, at: decision.at });

function close(
  store: Store,
  gate: GateRecord,
  { decision, at }: { readonly decision: DecisionRecord | null; readonly at: number },
): boolean {
  const status = decision === null ? "cancelled" : decision.outcome === "expired" ? "expired" : "resolved";
  if (!store.gates.close(gate.id, status, decision)) return false;
  store.runs.wake(gate.runId);
  if (gate.kind === "external") store.external.end(gate.id);
  record(store, gate.runId, {
    at,
    actor: decision?.by ?? null,
    action: "gate-closed",
    subject: gate.id,
    detail: { status, outcome: decision?.outcome ?? null },
  });
  return true;
}

/** Adds to the run's chain; inside the transaction of what it tells. */
export function record(store: Store, runId: string, fact: AuditFact): void {
  store.audit.add(runId, nextEntry(store.audit.holdLast(runId), fact));
}

/** @param before what the voter had voted until now */
function count(
  store: Store,
  { gate, early }: Pick<Vote, "gate" | "early">,
  decision: DecisionRecord,
  before?: DecisionRecord,
): void {
  if (early === undefined) keep(store, gate, { state: "used", decision });
  else store.gates.useEarly(early.id, gate.id);
  if (gate.policy.quorum > 1) store.gates.voted(gate.id);
  const fact = voteFact("voted", gate, decision);
  const replaced = before === undefined ? {} : { replaces: decisionHash(before) };
  record(store, gate.runId, { ...fact, detail: { ...fact.detail, ...replaced } });
}

function refuseLate(store: Store, vote: Vote): LigaseError | null {
  const { gate, decision } = vote;
  const votes = store.gates.votes(gate.id).map((other) => other.decision);
  const read = readDecision(gate, decision);
  // The same decision again changes nothing and is fine.
  if ([gate.decision, ...votes].some((before) => before !== null && isSame(before, read))) return null;
  const { outcome = "closed", by = null } = gate.decision ?? {};
  return refuse(
    store,
    vote,
    new LigaseError("gate-already-resolved", { gate: gate.path, outcome, by: by ?? "the engine" }),
  );
}

/** As a vote that counts is kept: its value read by the gate's form; one that does not fit as it is. */
function readDecision(gate: GateRecord, decision: DecisionRecord): DecisionRecord {
  try {
    return checkedDecision(gate, decision);
  } catch (error) {
    if (!isLigaseError(error)) throw error;
    return decision;
  }
}

/** Keeps a vote that does not count, as evidence. */
export function refuse(
  store: Store,
  { gate, decision, early }: Omit<Vote, "launcher">,
  problem: LigaseError,
): LigaseError {
  // An early one stays where it is, as one that was not used.
  if (early === undefined) keep(store, gate, { state: "refused", decision });
  record(store, gate.runId, {
    ...voteFact("refused", gate, decision),
    detail: { code: problem.code, decision: decisionHash(decision) },
  });
  return problem;
}

const keep = (
  store: Store,
  gate: GateRecord,
  { state, decision }: Pick<StoredSignal, "state" | "decision">,
): void =>
  store.gates.putSignal({ id: 0, runId: gate.runId, gateId: gate.id, address: gate.path, state, decision });

const voteFact = (action: AuditFact["action"], gate: GateRecord, decision: DecisionRecord): AuditFact => ({
  at: decision.at,
  actor: decision.by,
  action,
  subject: gate.id,
  detail: { outcome: decision.outcome, shown: gate.contentHash, decision: decisionHash(decision) },
});

/** One rejection rejects; otherwise as many must agree as the policy asks for. */
function isDecided(gate: GateRecord, votes: readonly DecisionRecord[]): boolean {
  const last = votes.at(-1);
  if (last === undefined) return false;
  if (last.outcome === "rejected") return true;
  return votes.filter((vote) => isAlike(vote, last)).length >= gate.policy.quorum;
}

const isAlike = (a: DecisionRecord, b: DecisionRecord): boolean =>
  a.outcome === b.outcome && encode(a.value) === encode(b.value);

const isSame = (a: DecisionRecord, b: DecisionRecord): boolean => a.by === b.by && isAlike(a, b);
