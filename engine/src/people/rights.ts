import { LigaseError } from "@ligase/sdk";
import { ROLES, type Role } from "@ligase/sdk/internal";
import type { Person } from "../model/person.ts";

/** What people do with a service, and the least role for it: the one table of rights. */
const LEAST_ROLE = {
  /** See runs, their data, gates and the audit. */
  look: "viewer",
  /** Launch a run, or resume one. */
  launch: "operator",
  cancel: "operator",
  /** Take external tasks and complete them. */
  work: "operator",
  /** Tell of an event. */
  publish: "operator",
  /** Approve, reject or answer, where the gate's policy allows it. */
  decide: "approver",
  /** Users, and tokens of others. */
  manage: "admin",
} as const satisfies Readonly<Record<string, Role>>;

export type Action = keyof typeof LEAST_ROLE;

/** How a refusal calls them. */
const DOING: Readonly<Record<Action, string>> = {
  look: "look at runs",
  launch: "launch or resume runs",
  cancel: "cancel runs",
  work: "take external tasks",
  publish: "publish events",
  decide: "decide gates",
  manage: "manage users and tokens",
};

/** Whose rights are asked about; without roles it is the person at this machine, who may do everything. */
export type Rightful = Pick<Person, "roles">;

/** Whether a person may do something at all; gates have a policy beside it. */
export const mayDo = ({ roles }: Rightful, action: Action): boolean =>
  roles === undefined || hasRole(roles, LEAST_ROLE[action]);

/** Throws `not-allowed` when a person may not do something. */
export function requireRight(person: Person, action: Action): void {
  if (mayDo(person, action)) return;
  const { name, roles = [] } = person;
  throw new LigaseError("not-allowed", {
    by: name,
    roles: roles.join(", ") || "none",
    doing: DOING[action],
    least: LEAST_ROLE[action],
  });
}

/** Whether one of the roles is the wanted one or a greater one: each may do what those before it may. */
export const hasRole = (roles: readonly Role[], wanted: Role): boolean =>
  roles.some((role) => ROLES.indexOf(role) >= ROLES.indexOf(wanted));
