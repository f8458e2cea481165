import { isDeepStrictEqual } from "node:util";
import type { Role } from "@ligase/sdk/internal";
import { mayDecide, type HandedOver } from "./people.ts";
import { isAnswered, takesValue, type PlannedGate } from "./planned-gate.ts";

/** A decision as it was sent, or as its row has it. */
export interface SentDecision {
  readonly outcome: string;
  readonly by: string | null;
  readonly roles?: readonly Role[];
  readonly value?: unknown;
  readonly comment?: string | null;
  readonly contentHash?: string;
  /** The worker outside whose result it is. */
  readonly worker?: string;
  /** The event that it is. */
  readonly event?: { readonly source: string; readonly id: string };
}

/** A gate between two decisions. */
export interface GateState {
  readonly planned: PlannedGate;
  readonly launcher: string;
  readonly contentHash: string;
  readonly isOpen: boolean;
  readonly isEscalated: boolean;
  readonly handed: HandedOver | null;
  /** What closed it. */
  readonly closing: SentDecision | null;
  readonly votes: readonly SentDecision[];
}

/** What becomes of a decision: it counts, and may close the gate; it changes nothing; or the code by which it is refused. */
export type Verdict = "counts" | "closes" | "same" | Refusal;
export type Refusal =
  | "decision-anonymous"
  | "gate-already-resolved"
  | "decision-not-allowed"
  | "content-changed"
  | "signal-not-valid"
  | "gate-needs-comment";

/** Refusals after which the decision is kept as evidence; the others leave nothing. */
export const KEPT_REFUSALS: ReadonlySet<string> = new Set([
  "gate-already-resolved",
  "decision-not-allowed",
  "content-changed",
]);

/** C20, C23 said once more: what must become of a decision, told by the plan and what was decided before. */
export function verdictOn(gate: GateState, decision: SentDecision): Verdict {
  const { by } = decision;
  if (by === null || by.trim() === "") return "decision-anonymous";
  const isBefore = (before: SentDecision | null): boolean =>
    before !== null && before.by === by && areAlike(before, decision);
  if (!gate.isOpen) return [gate.closing, ...gate.votes].some(isBefore) ? "same" : "gate-already-resolved";
  if (decision.worker !== undefined || decision.event !== undefined)
    return isGiven(gate.planned, decision) ? "closes" : "signal-not-valid";
  const person = { name: by, ...(decision.roles === undefined ? {} : { roles: decision.roles }) };
  if (!mayDecide({ ...gate, policy: gate.planned.policy }, person)) return "decision-not-allowed";
  if (decision.contentHash !== undefined && decision.contentHash !== gate.contentHash)
    return "content-changed";
  const misfit = misfitOf(gate.planned, decision);
  if (misfit !== null) return misfit;
  if (gate.votes.some(isBefore)) return "same";
  return isDecided(gate, decision) ? "closes" : "counts";
}

/** A worker's result, or that it gives up for good, or an event: it decides alone. */
function isGiven({ gate }: PlannedGate, { outcome, value, worker }: SentDecision): boolean {
  const isAnswer = outcome === "answered" && typeof value === "number";
  return worker === undefined
    ? gate === "event" && isAnswer
    : gate === "external" && (isAnswer || outcome === "failed");
}

function misfitOf(planned: PlannedGate, { outcome, value, comment }: SentDecision): Refusal | null {
  const isAnswer = outcome === "answered";
  const fits = isAnswered(planned) ? isAnswer : outcome === "approved" || outcome === "rejected";
  if (planned.gate === "sleep" || planned.gate === "external" || !fits) return "signal-not-valid";
  if (planned.policy.requireComment && (comment ?? "").trim() === "") return "gate-needs-comment";
  return isValueFit(planned, outcome, value ?? null) ? null : "signal-not-valid";
}

function isValueFit(planned: PlannedGate, outcome: string, value: unknown): boolean {
  switch (takesValue(planned)) {
    case "never":
      return value === null;
    case "may":
      return value === null || outcome === "rejected" || typeof value === "number";
    case "must":
      return typeof value === "number";
  }
}

/** One rejection rejects; otherwise so many different people must decide alike. */
export function isDecided(
  { planned, votes }: Pick<GateState, "planned" | "votes">,
  last: SentDecision,
): boolean {
  if (last.outcome === "rejected") return true;
  const alike = new Set([...votes, last].filter((vote) => areAlike(vote, last)).map(({ by }) => by));
  return alike.size >= planned.policy.quorum;
}

/** Of one person the last vote counts. */
export const withVote = (votes: readonly SentDecision[], vote: SentDecision): readonly SentDecision[] => [
  ...votes.filter(({ by }) => by !== vote.by),
  vote,
];

export const areAlike = (a: SentDecision, b: SentDecision): boolean =>
  a.outcome === b.outcome && isDeepStrictEqual(a.value ?? null, b.value ?? null);
