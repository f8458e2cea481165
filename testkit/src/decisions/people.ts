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

/** What the right to decide a gate depends on beside the person. */
export interface Asked {
  readonly policy: PlannedPolicy;
  readonly launcher: string;
  readonly isEscalated: boolean;
}

export function mayDecide({ policy, launcher, isEscalated }: Asked, person: PlannedPerson): boolean {
  const { name, roles } = person;
  if (policy.notLauncher && name === launcher) return false;
  if (roles !== undefined && !roles.includes("approver") && !roles.includes("admin")) return false;
  if (policy.deciders === null) return true;
  const asked = [
    policy.deciders,
    ...(isEscalated && policy.escalation !== null ? [policy.escalation.to] : []),
  ];
  return asked.some(
    (deciders) =>
      deciders.users.includes(name) ||
      (roles === undefined
        ? deciders.roles.length > 0
        : roles.some((role) => deciders.roles.some((wanted) => RANK[role] >= RANK[wanted]))),
  );
}

/** Each role may do what those before it may. */
const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, approver: 2, admin: 3 };

/** Whether only people who are named may decide: nobody else can be found when they disagree. */
export const areNamed = ({ policy, isEscalated }: Asked): boolean =>
  policy.deciders !== null &&
  policy.deciders.roles.length === 0 &&
  !(isEscalated && policy.escalation !== null && policy.escalation.to.roles.length > 0);

/** Somebody who was never heard of and may decide what is not left to people who are named. */
export function somebodyNew(asked: Asked, number: number): PlannedPerson {
  const { deciders, escalation } = asked.policy;
  const roles = [...(deciders?.roles ?? []), ...(asked.isEscalated ? (escalation?.to.roles ?? []) : [])];
  return { name: `person ${number}`, roles: roles.length === 0 ? ["approver"] : roles };
}
