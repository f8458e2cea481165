import type { PlannedPolicy } from "./people.ts";
import { intendedPayload, keyOf, type About } from "./planned-event.ts";
import type { PlannedWork } from "./planned-work.ts";

/** Kinds of gates in random graphs, by what becomes of the number that is shown. */
export type PlannedGateKind =
  | "approve"
  | "shown"
  | "beside"
  | "edited"
  | "review"
  | "input"
  | "sleep"
  | "asking"
  | "kept"
  | "external"
  | "event";

/** A gate of a graph, as those who decide know it. */
export interface PlannedGate {
  readonly gate: PlannedGateKind;
  readonly name: string;
  readonly timeoutMs: number | null;
  readonly policy: PlannedPolicy;
  /** It may open several times: each is decided as was intended for what it shows. */
  readonly isRepeated: boolean;
  /** Of a task for workers outside. */
  readonly work: PlannedWork | null;
  /** What the event is about that it waits for. */
  readonly about: About | null;
}

/** Whether it waits for people; of an event they may answer in its place, and nothing else. */
export const asksPeople = ({ gate }: Pick<PlannedGate, "gate">): boolean =>
  gate !== "sleep" && gate !== "external" && gate !== "event";

export interface PlannedDecision {
  readonly outcome: "approved" | "rejected" | "answered";
  readonly value: number | null;
}

/** Whether it is closed by an answer, and not by a yes or no. */
export const isAnswered = ({ gate }: Pick<PlannedGate, "gate">): boolean =>
  gate === "input" || gate === "event";

/** Whether an approval may bring a value, or has to. */
export const takesValue = ({ gate }: Pick<PlannedGate, "gate">): "never" | "may" | "must" =>
  isAnswered({ gate }) ? "must" : gate === "edited" ? "may" : "never";

/** What people intend with a gate that shows a number: equal gates are decided alike, whoever decides them. */
export function intended(planned: PlannedGate, x: number): PlannedDecision {
  if (planned.about !== null) return { outcome: "answered", value: intendedPayload(keyOf(planned.about, x)) };
  const drawn = Math.abs(x * 31 + Number(planned.name.slice(1)) * 7) % 12;
  if (planned.gate === "input") return { outcome: "answered", value: drawn };
  if (drawn % 4 === 3) return { outcome: "rejected", value: null };
  return { outcome: "approved", value: planned.gate === "edited" && drawn % 3 !== 0 ? drawn : null };
}
