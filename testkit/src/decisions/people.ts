import type { Deciders, Role } from "@ligase/sdk/internal";

/* Who there is to decide, and who may: said once more, beside the engine, from what the plan of a gate says alone. */

export interface PlannedPerson {
  readonly name: string;
  /** Left out for the person at the machine. */
  readonly roles?: readonly Role[];
}

/** Who decides a planned gate, and what happens until they do. */
export interface PlannedPolicy {
  /** Null for everybody who may approve. */
  readonly deciders: Deciders | null;
  readonly quorum: number;
  readonly notLauncher: boolean;
  readonly requireComment: boolean;
  /** Before the deadline, the longest first. */
  readonly remindMs: readonly number[];
  readonly escalation: { readonly to: Deciders; readonly timeoutMs: number | null } | null;
}

export const ANYBODY: PlannedPolicy = {
  deciders: null,
  quorum: 1,
  notLauncher: false,
  requireComment: false,
  remindMs: [],
  escalation: null,
};

/** Who launches. */
export const LAUNCHERS = ["ana", "ida"] as const;

export const PEOPLE: readonly PlannedPerson[] = [
  { name: "ana", roles: ["approver"] },
  { name: "ben", roles: ["approver"] },
  { name: "cleo", roles: ["viewer", "approver"] },
  { name: "dan", roles: ["admin"] },
  { name: "eva", roles: ["admin"] },
  { name: "fred", roles: ["operator"] },
  { name: "gil", roles: ["viewer"] },
  { name: "hana" },
];

/** Whose programs take external tasks, and publish events. */
export const OPERATORS = [
  { name: "fred", roles: ["operator"] },
  { name: "dan", roles: ["admin"] },
  { name: "hana" },
] as const satisfies readonly PlannedPerson[];

/** Who may not. */
export const OTHERS = [
  { name: "gil", roles: ["viewer"] },
  { name: "nobody", roles: [] },
] as const satisfies readonly PlannedPerson[];

/** Who decides a gate since it was given to others. */
export interface HandedOver {
  /** With those who were asked when the time was up after that. */
  readonly deciders: Deciders;
  /** Who gave it away decides no more, unless they are named. */
  readonly givers: readonly string[];
}

/** What the right to decide a gate depends on beside the person. */
export interface Asked {
  readonly policy: PlannedPolicy;
  readonly launcher: string;
  readonly isEscalated: boolean;
  /** Null while nobody gave it to others. */
  readonly handed?: HandedOver | null;
}

export function mayDecide(asked: Asked, { name, roles }: PlannedPerson): boolean {
  const { policy, launcher, handed = null } = asked;
  if (policy.notLauncher && name === launcher) return false;
  if (roles !== undefined && !roles.includes("approver") && !roles.includes("admin")) return false;
  if (handed?.givers.includes(name) === true && !handed.deciders.users.includes(name)) return false;
  const deciders = decidersOf(asked);
  if (deciders === null) return true;
  return (
    deciders.users.includes(name) ||
    (roles === undefined
      ? deciders.roles.length > 0
      : roles.some((role) => deciders.roles.some((wanted) => RANK[role] >= RANK[wanted])))
  );
}

/** Who decides as it is now; null for everybody who may. */
function decidersOf({ policy, isEscalated, handed = null }: Asked): Deciders | null {
  if (handed !== null) return handed.deciders;
  const { deciders, escalation } = policy;
  return deciders === null || !isEscalated || escalation === null
    ? deciders
    : united(deciders, escalation.to);
}

export const united = (a: Deciders, b: Deciders): Deciders => ({
  users: [...new Set([...a.users, ...b.users])],
  roles: [...new Set([...a.roles, ...b.roles])],
});

/** Each role may do what those before it may. */
const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, approver: 2, admin: 3 };

/** Whether only people who are named may decide: nobody else can be found when they disagree. */
export const areNamed = (asked: Asked): boolean => decidersOf(asked)?.roles.length === 0;

/** Somebody who was never heard of and may decide what is not left to people who are named. */
export function somebodyNew(asked: Asked, number: number): PlannedPerson {
  const roles = decidersOf(asked)?.roles ?? [];
  return { name: `person-${number}`, roles: roles.length === 0 ? ["approver"] : roles };
}
