import { encode, hashText } from "@ligase/sdk/values";
import type { DecisionRecord, HandOverRecord } from "./records.ts";

/** What happened, as far as the chain says; words and values are kept elsewhere, here are their hashes. */
export interface AuditFact {
  readonly at: number;
  readonly actor: string | null;
  readonly action:
    | "gate-opened"
    | "gate-closed"
    | "voted"
    | "refused"
    | "signalled-early"
    | "reminded"
    | "escalated"
    | "handed-over"
    | "set-aside"
    | "put-back";
  /** Id of the gate, or the address of an early signal. */
  readonly subject: string;
  /** Hashes and names: of what was shown, of what was decided, to whom it was handed over. */
  readonly detail: Readonly<Record<string, string | null>>;
}

export interface AuditEntry extends AuditFact {
  /** From 1, without gaps. */
  readonly number: number;
  /** Of this entry and the hash before it. */
  readonly hash: string;
}

/** The entry that follows another. */
export function nextEntry(last: AuditEntry | null, fact: AuditFact): AuditEntry {
  const number = (last?.number ?? 0) + 1;
  return { ...fact, number, hash: entryHash(last?.hash ?? "", { ...fact, number }) };
}

/** The number of the first entry that does not follow from those before it; null when the chain holds. */
export function firstBroken(entries: readonly AuditEntry[]): number | null {
  let [before, number] = ["", 0];
  for (const entry of entries) {
    number++;
    const { hash, ...fact } = entry;
    if (entry.number !== number || hash !== entryHash(before, fact)) return number;
    before = hash;
  }
  return null;
}

/** Hash by which the chain knows a decision, or that a gate was handed over. */
export const decisionHash = (decision: DecisionRecord | HandOverRecord): string =>
  hashText(encode(decision, { locations: true }));

function entryHash(before: string, fact: AuditFact & { readonly number: number }): string {
  const { number, at, actor, action, subject, detail } = fact;
  return hashText(before + encode({ number, at, actor, action, subject, detail }));
}
