import type { DecisionRecord, GateRecord } from "@ligase/engine";
import type { DecidedBefore } from "../desk/run-desk.ts";
import { momentText, spanText } from "./human-time.ts";
import { shortId } from "./run-names.ts";
import { printableLine } from "./visible-text.ts";

type Deciders = NonNullable<GateRecord["deciders"]>;

/** What a gate asks of those who decide, a line each: who they are, how many must agree, and what time does. */
export function policyLines(
  gate: GateRecord,
  { now, votes }: { readonly now: number; readonly votes: readonly DecisionRecord[] },
): readonly string[] {
  return [...deciderLine(gate), ...handOverLine(gate), ...voteLine(gate, votes), ...deadlineLine(gate, now)];
}

/** `ana, ben or an approver`; empty for everybody who may decide at all. */
export function decidersText({ deciders }: Pick<GateRecord, "deciders">): string {
  return deciders === null ? "" : anyOf(deciders);
}

/** `1 of 2`, counting the votes that are alike; the most of them where they differ. */
export function votesText({ policy }: Pick<GateRecord, "policy">, votes: readonly DecisionRecord[]): string {
  return `${mostAlike(votes)} of ${policy.quorum}`;
}

function anyOf({ users, roles }: Deciders): string {
  const all = [...users.map(printableLine), ...roles.map(aRole)];
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

const aRole = (role: string): string => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;

function deciderLine({ deciders, policy, isEscalated }: GateRecord): readonly string[] {
  const who = deciders === null ? [] : [`to be decided by ${anyOf(deciders)}`];
  const notWho = policy.notLauncher ? ["not by who launched the run"] : [];
  const since = isEscalated ? ["others are asked since nobody decided in time"] : [];
  const parts = [...who, ...notWho, ...since];
  return parts.length === 0 ? [] : [parts.join("; ")];
}

/** How the gate came to those who decide it now. */
export function handOverLine({ deciders }: Pick<GateRecord, "deciders">): readonly string[] {
  const last = deciders?.handedOver?.at(-1);
  if (last === undefined) return [];
  const why = last.comment === null ? "" : `: ${printableLine(last.comment)}`;
  return [`handed over by ${printableLine(last.by)}${why}`];
}

/** What was decided of the gate the last time that it was asked, there or in an earlier run. */
export function beforeLine(gate: GateRecord, before: DecidedBefore | null): readonly string[] {
  if (before?.decision == null) return [];
  const { outcome, by, comment } = before.decision;
  const who = by === null ? "" : ` by ${printableLine(by)}`;
  const why = comment === null ? "" : `: ${printableLine(comment)}`;
  const what = before.contentHash === gate.contentHash ? "the same content" : "other content";
  return [`last time ${outcome}${who} on ${what}, run ${shortId(before.runId)}${why}`];
}

function voteLine(gate: GateRecord, votes: readonly DecisionRecord[]): readonly string[] {
  if (gate.policy.quorum === 1) return [];
  const given = votes.map(({ by, outcome }) => `${printableLine(by ?? "")} ${outcome}`);
  return [`${votesText(gate, votes)} votes${given.length === 0 ? "" : `: ${given.join(", ")}`}`];
}

function deadlineLine(gate: GateRecord, now: number): readonly string[] {
  const { deadlineAt, policy, reminded } = gate;
  if (deadlineAt === null) return [];
  const left = deadlineAt < now ? "past" : `in ${spanText(deadlineAt - now)}`;
  const reminders = policy.remindersMs.slice(reminded).map(spanText);
  const before = reminders.length === 0 ? "" : `; a reminder ${reminders.join(" and ")} before`;
  return [`until ${momentText(deadlineAt)} (${left}), ${thenText(gate)}${before}`];
}

function thenText({ kind, policy, isEscalated }: GateRecord): string {
  if (policy.escalation !== null && !isEscalated)
    return `then ${anyOf(policy.escalation.to)} may decide as well`;
  if (policy.onTimeout === "default") return "then the default is taken";
  return kind === "review" ? "then it expires" : "then it fails";
}

function mostAlike(votes: readonly DecisionRecord[]): number {
  const counts = new Map<string, number>();
  for (const { outcome, value } of votes) {
    const key = `${outcome} ${JSON.stringify(value)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
