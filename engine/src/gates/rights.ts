import type { Deciders, Role } from "@ligase/sdk/internal";
import type { DecisionRecord, GateRecord } from "../model/records.ts";

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
  { by, roles }: Pick<DecisionRecord, "by" | "roles">,
): string | null {
  if (by === null) return null;
  if (gate.policy.notLauncher && by === launcher)
    return "they launched the run, and it asks for somebody else";
  if (roles !== undefined && !roles.some(isApprover)) return "they have neither the role approver nor admin";
  if (gate.deciders === null || isAmong(gate.deciders, by, roles)) return null;
  return `it is to be decided by ${describeDeciders(gate.deciders)}`;
}

const isApprover = (role: Role): boolean => role === "approver" || role === "admin";

const isAmong = (
  { users, roles: wanted }: Deciders,
  by: string,
  roles: readonly Role[] | undefined,
): boolean =>
  users.includes(by) ||
  (roles === undefined ? wanted.length > 0 : roles.some((role) => wanted.includes(role)));

/** `ana, ben or an approver`. */
export function describeDeciders({ users, roles }: Deciders): string {
  const all = [...users, ...roles.map((role) => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`)];
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}
