import type { Role } from "@ligase/sdk/internal";
import { mayDecide, type PlannedPerson } from "./people.ts";
import { asksPeople } from "./planned-gate.ts";
import type { GateState } from "./verdict.ts";

/** A hand-over as it was sent. */
export interface SentHandOver {
  readonly by: string;
  readonly roles?: readonly Role[];
  readonly to: { readonly users: readonly string[]; readonly roles: readonly Role[] };
  readonly comment: string | null;
}

export type HandOverVerdict =
  "holds" | "decision-anonymous" | "gate-not-open" | "hand-over-not-allowed" | "hand-over-not-valid";

const ROLES: ReadonlySet<string> = new Set(["viewer", "operator", "approver", "admin"]);

/** What must become of a hand-over, said once more: it holds when whoever may decide, or an admin, names who can. */
export function verdictOnHandOver(gate: GateState, { by, roles, to }: SentHandOver): HandOverVerdict {
  if (by.trim() === "") return "decision-anonymous";
  if (!gate.isOpen) return "gate-not-open";
  if (!mayHandOver(gate, { name: by, ...(roles === undefined ? {} : { roles }) }))
    return "hand-over-not-allowed";
  return canDecide(gate, to) ? "holds" : "hand-over-not-valid";
}

export const mayHandOver = (gate: GateState, person: PlannedPerson): boolean =>
  person.roles === undefined ||
  person.roles.includes("admin") ||
  mayDecide({ ...gate, policy: gate.planned.policy }, person);

/** Whether those to whom it is given can bring it to an end. */
function canDecide({ planned, launcher, votes }: GateState, { users, roles }: SentHandOver["to"]): boolean {
  if (!asksPeople(planned)) return false;
  if (users.length + roles.length === 0 || users.some((user) => user.trim() === "")) return false;
  if (roles.some((role) => !ROLES.has(role))) return false;
  const { quorum, notLauncher, escalation } = planned.policy;
  if (roles.length > 0 || escalation !== null) return true;
  const able = users.filter((user) => !(notLauncher && user === launcher));
  return able.length > 0 && new Set([...able, ...votes.map(({ by }) => by)]).size >= quorum;
}
