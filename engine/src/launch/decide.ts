import { LigaseError } from "@ligase/sdk";
import { findTask } from "@ligase/sdk/internal";
import { compiledGates, type CompiledGate } from "./compiled-gates.ts";
import { gatesAtPath } from "./gates-at-path.ts";
import type { Decision } from "../ports/engine.ts";
import { findGate } from "../inspect/find-gate.ts";
import { findRun } from "../inspect/find-run.ts";
import { decisionHash } from "../model/audit.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";
import { hasEnded } from "../model/states.ts";
import type { Store, StoredRun } from "../ports/store.ts";
import { checkedDecision } from "../gates/check-decision.ts";
import { refusalOf } from "../gates/rights.ts";
import { castVote, record, refuse, type Vote } from "../gates/vote.ts";

/** Signals of a run that may wait for gates which did not open yet. */
const MOST_EARLY = 1_000;

/** What came of a decision. */
export interface Decided {
  readonly runId: string;
  readonly result: GateRecord | "kept";
}

/**
 * Records decisions (C20): the gates are held, the votes counted, and gates closed when that decides them, in one durable
 * transaction, so that the first decision wins whoever advances the run. What comes too late, or from somebody who may
 * not, is kept as evidence and refused. Before a gate opens the decision is kept for it (C24). Of several decisions all
 * count or none: when one is wrong or refused, the others are as if they had not been sent.
 */
export function decide(store: Store, now: number, given: readonly Decision[]): readonly Decided[] {
  const wanted = given.map((one) => ({
    runId: findRun(store, one.run).id,
    address: one.gate,
    decision: decisionOf(one, now),
  }));
  let decided: readonly Decided[] = [];
  try {
    // One transaction from the look at the gate on: it must not open between the look and the keeping of an early signal.
    store.commit("durable", () => {
      holdChains(store, wanted);
      decided = wanted.map((one) => decideNow(store, one));
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { vote, problem } = error;
    store.commit("durable", () => refuse(store, vote, problem));
    throw problem;
  }
  return decided;
}

/** In one order, so that two who decide at once never wait for each other. */
function holdChains(store: Store, wanted: readonly Wanted[]): void {
  const runs = new Set(wanted.map(({ runId }) => runId));
  for (const runId of [...runs].toSorted()) store.audit.holdLast(runId);
}

interface Wanted {
  readonly runId: string;
  readonly address: string;
  readonly decision: DecisionRecord;
}

/** Takes back what was counted together with a vote that is refused; that one is kept as evidence then. */
class Refusal extends Error {
  readonly vote: Vote;
  readonly problem: LigaseError;

  constructor(vote: Vote, problem: LigaseError) {
    super(problem.message);
    this.vote = vote;
    this.problem = problem;
  }
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

function decideNow(store: Store, { runId, address, decision }: Wanted): Decided {
  const run = findRun(store, runId);
  const found = findGate(store, run.id, address);
  if (found === null) {
    keepEarly(store, run, { address, decision });
    return { runId, result: "kept" };
  }
  const vote = { gate: store.gates.hold(found.id) as GateRecord, launcher: run.user, decision };
  const problem = castVote(store, vote);
  if (problem !== null) throw new Refusal(vote, problem);
  return { runId, result: store.gates.get(found.id) as GateRecord };
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
  const named = gatesAddressed(run, address, name);
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

/** The gates of the compiled graph that an early decision may be for; none where it may be for one of a dynamic task. */
function gatesAddressed(run: StoredRun, address: string, name: string): readonly CompiledGate[] {
  const all = compiledGates(run);
  // A workflow whose module is here has no gates but those of its graph and those that task bodies return.
  const isKnownWhole = findTask(run.name)?.kind === "workflow" && all.length > 0;
  const ownPath = address.startsWith(`${run.name}/`) ? address.slice(run.name.length + 1) : null;
  const { gates, isOpen } =
    isKnownWhole && ownPath !== null
      ? gatesAtPath(run, ownPath)
      : { gates: all.filter(({ node }) => node.name === name), isOpen: !isKnownWhole };
  if (gates.length === 0 && !isOpen) throw new LigaseError("gate-not-found", { run: run.id, gate: address });
  return gates;
}
