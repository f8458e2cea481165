import { encode, hashText } from "@ligase/sdk/values";
import { chainHash, firstBrokenOf, type ChainEntry, type Said } from "./chain.ts";
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

export interface AuditEntry extends AuditFact, ChainEntry {}

/** The entry that follows another. */
export function nextEntry(last: AuditEntry | null, fact: AuditFact): AuditEntry {
  const number = (last?.number ?? 0) + 1;
  return { ...fact, number, hash: chainHash(last?.hash ?? "", saidBy({ ...fact, number })) };
}

/** The number of the first entry that does not follow from those before it; null when the chain holds. */
export const firstBroken = (entries: readonly AuditEntry[]): number | null => firstBrokenOf(entries, saidBy);

/** Hash by which the chain knows a decision, or that a gate was handed over. */
export const decisionHash = (decision: DecisionRecord | HandOverRecord): string =>
  hashText(encode(decision, { locations: true }));

function saidBy(fact: AuditFact & { readonly number: number }): Said {
  const { number, at, actor, action, subject, detail } = fact;
  return { number, at, actor, action, subject, detail };
}
