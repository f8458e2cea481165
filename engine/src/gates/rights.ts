import type { Deciders, Role } from "@ligase/sdk/internal";
import type { DecisionRecord, GateRecord, PresentDeciders } from "../model/records.ts";
import { hasRole, mayDo } from "../people/rights.ts";

/** What the right to decide depends on beside the person. */
export interface Rights {
  readonly gate: Pick<GateRecord, "policy" | "deciders">;
  /** Who launched the run. */
  readonly launcher: string;
}

/**
 * Why a person may not decide a gate, or null when they may: the one place where it is checked. Roles that are not given
 * are those of the person at this machine, who may do everything that the policy of the gate does not forbid by name.
 */
export function refusalOf(
  { gate, launcher }: Rights,
  decision: Pick<DecisionRecord, "by" | "roles" | "event">,
): string | null {
  const { by, roles, event } = decision;
  // Who published an event decided nothing.
  if (by === null || event !== undefined) return null;
  if (gate.policy.notLauncher && by === launcher)
    return "they launched the run, and it asks for somebody else";
  if (!mayDo(decision, "decide")) return "they have neither the role approver nor admin";
  if (gate.deciders !== null && gaveAway(gate.deciders, by)) return "they handed it over to others";
  if (gate.deciders === null || isAmong(gate.deciders, by, roles)) return null;
  return `it is to be decided by ${describeDeciders(gate.deciders)}`;
}

/** Their role alone does not give it back to them. */
const gaveAway = ({ users, handedOver = [] }: PresentDeciders, who: string): boolean =>
  handedOver.some(({ by }) => by === who) && !users.includes(who);

const isAmong = (
  { users, roles: wanted }: Deciders,
  by: string,
  roles: readonly Role[] | undefined,
): boolean =>
  users.includes(by) ||
  (roles === undefined ? wanted.length > 0 : wanted.some((role) => hasRole(roles, role)));

/** `ana, ben or an approver`. */
export function describeDeciders({ users, roles }: Deciders): string {
  const all = [...users, ...roles.map((role) => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`)];
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}
