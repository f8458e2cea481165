import type { DecisionRows, SignalRow } from "./decision-rows.ts";
import { areAlike, KEPT_REFUSALS, type SentDecision } from "./verdict.ts";

/** What somebody was answered who sent a decision. */
export type ToldAnswer =
  | { readonly kind: "accepted"; readonly gate: string }
  | { readonly kind: "kept" }
  /** What is refused before its gate opened is not kept; null where nobody knows whether it was open. */
  | { readonly kind: "refused"; readonly code: string; readonly isEarly: boolean | null };

interface ToldDecision {
  readonly decision: SentDecision;
  readonly answer: ToldAnswer;
}

/**
 * What became of decisions, as those were told who made them: it must be so for ever (R9). Each decision has a comment
 * that no other has, by which its signals are known.
 */
export class ToldDecisions {
  readonly #told = new Map<string, ToldDecision>();
  readonly #unanswered = new Set<string>();

  answered(decision: SentDecision, answer: ToldAnswer): void {
    const mark = decision.comment ?? "";
    if (this.#unanswered.has(mark) && isWithoutTrace(answer)) return;
    const before = this.#told.get(mark)?.answer;
    // A later answer to the same does not undo one that left something.
    if (mark.trim() !== "" && (before === undefined || isWithoutTrace(before)))
      this.#told.set(mark, { decision, answer });
  }

  /** Nobody knows what came of a decision: whoever was sent it died. It may have left what no other answer tells of. */
  unanswered({ comment }: SentDecision): void {
    const mark = comment ?? "";
    this.#unanswered.add(mark);
    const before = this.#told.get(mark)?.answer;
    if (before !== undefined && isWithoutTrace(before)) this.#told.delete(mark);
  }

  broken(rows: DecisionRows): readonly string[] {
    const byMark = Map.groupBy(rows.signals, ({ decision }) => decision.comment ?? "");
    return [...this.#told].flatMap(([mark, told]) => {
      const signals = byMark.get(mark) ?? [];
      const states = signals.map(({ state }) => state);
      return isTrue(told, signals, rows)
        ? []
        : [`${shown(told)}, and there are [${states.join(", ")}] of it`];
    });
  }
}

const isWithoutTrace = (answer: ToldAnswer): boolean =>
  answer.kind === "refused" && (answer.isEarly === true || !KEPT_REFUSALS.has(answer.code));

const shown = ({ decision, answer }: ToldDecision): string =>
  `${decision.by} was told ${answer.kind === "refused" ? answer.code : answer.kind} of ${decision.comment}`;

function isTrue(
  { decision, answer }: ToldDecision,
  signals: readonly SignalRow[],
  rows: DecisionRows,
): boolean {
  const [first] = signals;
  if (signals.length > 1 && !mayBeOfOne(signals)) return false;
  switch (answer.kind) {
    case "accepted":
      return first === undefined
        ? wasSaid(answer.gate, decision, rows)
        : isVote(first) && first.gate === answer.gate;
    case "kept":
      return first?.state === "early" || (first !== undefined && isVote(first));
    case "refused":
      if (first === undefined) return answer.isEarly === null || isWithoutTrace(answer);
      return signals.some(({ state }) => state === "refused") && !isWithoutTrace(answer);
  }
}

/**
 * Whether all this may come of one decision that was sent again: what is refused again is kept again; and what its voter
 * had changed meanwhile counts again, or comes too late.
 */
function mayBeOfOne(signals: readonly SignalRow[]): boolean {
  const states = signals.map(({ state }) => state);
  if (states.every((state) => state === "refused")) return true;
  const counting = states.filter((state) => state === "used" || state === "early").length;
  return states.includes("replaced") && counting <= 1;
}

/** It counts, or did until its voter changed it. */
const isVote = ({ state }: SignalRow): boolean => state === "used" || state === "replaced";

/** The same person had said the same before: it changes nothing. */
function wasSaid(id: string, decision: SentDecision, { gates, signals }: DecisionRows): boolean {
  const said = [
    gates.find((gate) => gate.id === id)?.decision ?? null,
    ...signals.filter((one) => one.gate === id && isVote(one)).map((one) => one.decision),
  ];
  return said.some((before) => before !== null && before.by === decision.by && areAlike(before, decision));
}
