import type { Decision } from "@ligase/engine/testing";
import { ANYBODY, mayDecide, PEOPLE } from "../../decisions/people.ts";
import type { ClientAnswer } from "./lines.ts";

/** Codes by which a decision may be refused, with the status that each has over HTTP; null where no token says nothing. */
const STATUS: Readonly<Record<string, number | null>> = {
  "token-missing": 401,
  "token-refused": 401,
  "decision-anonymous": null,
  "decision-not-allowed": 403,
  "gate-already-resolved": 409,
  "content-changed": 409,
  "signal-not-valid": 422,
  "gate-needs-comment": 422,
  "gate-not-editable": 422,
  "content-not-named": 428,
};

/** The same before a gate opens: it may not be in the graph, or more than once. */
const EARLY_STATUS: typeof STATUS = {
  ...STATUS,
  "gate-not-found": 404,
  "run-ended": 410,
  "gate-not-unique": 422,
  "evidence-not-seen": 428,
};

/**
 * What no decision may be answered, in words; null for what may be.
 *
 * @param isEarly whether its gate may not have opened yet
 */
export function wrongAnswer(
  { by }: Decision,
  { code, status }: ClientAnswer,
  isEarly: boolean,
): string | null {
  if (code === undefined)
    return isEarly || mayEver(by) ? null : `a decision of "${by}" counts, who may decide nothing`;
  const expected = (isEarly ? EARLY_STATUS : STATUS)[code];
  const isUnknown = code.startsWith("token-") && by.trim() !== "";
  if (expected !== undefined && !isUnknown && (status === undefined || status === expected)) return null;
  return `a decision of "${by}" was answered ${code}${status === undefined ? "" : ` with status ${status}`}`;
}

/** Whether there are gates that somebody may decide. */
function mayEver(name: string): boolean {
  const person = PEOPLE.find((one) => one.name === name) ?? { name };
  return name.trim() !== "" && mayDecide({ policy: ANYBODY, launcher: "", isEscalated: false }, person);
}
