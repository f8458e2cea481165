import type { Deciders } from "@ligase/sdk/internal";
import type { GateRecord, PresentDeciders } from "../model/records.ts";
import type { GateChange } from "../ports/gate-store.ts";

/** What time does to a gate next. */
export interface Due {
  readonly atMs: number;
  readonly what: "remind" | "escalate" | "close";
}

/** Reminders come before the deadline; at the first deadline others are asked where the policy says so. */
export function nextDue({ deadlineAt, policy, reminded, isEscalated }: GateRecord): Due | null {
  if (deadlineAt === null) return null;
  const before = policy.remindersMs[reminded];
  if (before !== undefined) return { atMs: deadlineAt - before, what: "remind" };
  return { atMs: deadlineAt, what: policy.escalation !== null && !isEscalated ? "escalate" : "close" };
}

/** The gate after a reminder or an escalation. */
export function changeAt(gate: GateRecord, what: "remind" | "escalate", now: number): GateChange {
  const { policy, deciders, callers, isEscalated, deadlineAt, reminded } = gate;
  const { escalation } = policy;
  if (what === "remind" || escalation === null)
    return { deciders, callers, isEscalated, deadlineAt, reminded: reminded + 1 };
  return {
    deciders: deciders === null ? null : union(deciders, escalation.to),
    callers,
    isEscalated: true,
    deadlineAt: escalation.timeoutMs === null ? null : now + escalation.timeoutMs,
    reminded: 0,
  };
}

const union = (a: PresentDeciders, b: Deciders): PresentDeciders => ({
  ...a,
  users: [...new Set([...a.users, ...b.users])],
  roles: [...new Set([...a.roles, ...b.roles])],
});
