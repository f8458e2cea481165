import { LigaseError } from "@ligase/sdk";
import { findTask } from "@ligase/sdk/internal";
import { compiledGates } from "./compiled-gates.ts";
import type { Decision } from "../ports/engine.ts";
import { findGate } from "../inspect/find-gate.ts";
import { findRun } from "../inspect/find-run.ts";
import { decisionHash } from "../model/audit.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";
import { hasEnded } from "../model/states.ts";
import type { Store, StoredRun } from "../ports/store.ts";
import { checkedDecision } from "../gates/check-decision.ts";
import { refusalOf } from "../gates/rights.ts";
import { castVote, record } from "../gates/vote.ts";

/** Signals of a run that may wait for gates which did not open yet. */
const MOST_EARLY = 1_000;

/**
 * Records a decision (C20): the gate is held, the vote counted, and the gate closed when that decides it, in one durable
 * transaction, so that the first decision wins whoever advances the run. What comes too late, or from somebody who may
 * not, is kept as evidence and refused. Before the gate opens the decision is kept for it (C24).
 */
export function decide(store: Store, now: number, given: Decision): GateRecord | "kept" {
  const decision = decisionOf(given, now);
  const run = findRun(store, given.run);
  let decided: Decided | null = null;
  // One transaction from the look at the gate on: it must not open between the look and the keeping of an early signal.
  store.commit("durable", () => {
    store.audit.holdLast(run.id);
    decided = decideNow(store, run.id, { address: given.gate, decision });
  });
  const { result, problem } = decided as unknown as Decided;
  if (problem !== null) throw problem;
  return result;
}

function decisionOf(given: Decision, at: number): DecisionRecord {
  const { outcome, by, comment = null, value = null, roles, contentHash } = given;
  if (by.trim() === "") throw new LigaseError("decision-anonymous", { gate: given.gate });
  return {
    outcome,
    by,
    at,
    comment,
    value,
    ...(roles === undefined ? {} : { roles }),
    ...(contentHash === undefined ? {} : { contentHash }),
  };
}

interface Decided {
  readonly result: GateRecord | "kept";
  /** Thrown after the transaction: what was refused is kept. */
  readonly problem: LigaseError | null;
}

function decideNow(
  store: Store,
  runId: string,
  { address, decision }: { address: string; decision: DecisionRecord },
): Decided {
  const run = findRun(store, runId);
  const found = findGate(store, run.id, address);
  if (found === null) {
    keepEarly(store, run, { address, decision });
    return { result: "kept", problem: null };
  }
  const gate = store.gates.hold(found.id) as GateRecord;
  const problem = castVote(store, { gate, launcher: run.user, decision });
  return { result: store.gates.get(gate.id) as GateRecord, problem };
}

/** C24: a decision for a gate that the compiled graph has, or a dynamic task may have, and that did not open yet. */
function keepEarly(
  store: Store,
  run: StoredRun,
  { address, decision }: { address: string; decision: DecisionRecord },
): void {
  if (hasEnded(run.status)) throw new LigaseError("run-ended", { run: run.id, status: run.status });
  checkEarly(run, address, decision);
  if (store.gates.countEarly(run.id) >= MOST_EARLY)
    throw new LigaseError("too-many-signals", { run: run.id, most: MOST_EARLY });
  store.gates.putSignal({ id: 0, runId: run.id, gateId: null, address, state: "early", decision });
  record(store, run.id, {
    at: decision.at,
    actor: decision.by,
    action: "signalled-early",
    subject: address,
    detail: { outcome: decision.outcome, decision: decisionHash(decision) },
  });
}

function checkEarly(run: StoredRun, address: string, decision: DecisionRecord): void {
  const name = address.split("/").at(-1) ?? address;
  const all = compiledGates(run.name);
  const named = all.filter(({ node }) => node.name === name);
  // A workflow whose module is here has no gates but those of its graph and those that task bodies return.
  const isKnownWhole = findTask(run.name)?.kind === "workflow" && all.length > 0;
  if (named.length === 0 && isKnownWhole)
    throw new LigaseError("gate-not-found", { run: run.id, gate: address });
  if (named.some(({ showsEvidence }) => showsEvidence) && decision.contentHash === undefined)
    throw new LigaseError("evidence-not-seen", { gate: address });
  // Which of several opens first depends on timing: it must not depend on timing what was decided.
  if (address === name && (named.length > 1 || named.some(({ isRepeated }) => isRepeated))) {
    throw new LigaseError("gate-not-unique", {
      gate: address,
      paths: `each is named by its whole path, such as map[key]/${name}`,
    });
  }
  const [only] = named;
  if (only === undefined || named.length > 1) return;
  checkedDecision({ ...only.node, path: address }, decision);
  const reason = refusalOf(
    { gate: { policy: only.node.policy, deciders: only.node.policy.deciders }, launcher: run.user },
    decision,
  );
  if (reason !== null)
    throw new LigaseError("decision-not-allowed", { gate: address, by: decision.by ?? "", reason });
}
