import { decisionHash, firstBroken, type AuditEntry } from "../model/audit.ts";
import type { Signal } from "../ports/inspect.ts";

/** What a look at a run's chain found. */
export interface AuditCheck {
  /** The chain follows, no decision was changed and none was added beside it. */
  readonly holds: boolean;
  /** The first entry that does not follow from those before it. */
  readonly brokenAt: number | null;
  /** Entries whose decision is stored with another content. */
  readonly changed: readonly number[];
  /** Entries whose decision is not stored any more: it was erased, the entry stays. */
  readonly erased: readonly number[];
  /** Stored signals that no entry speaks of. */
  readonly unrecorded: readonly Signal[];
}

/** Compares a run's chain with the signals that are stored: each has the other, with one hash. */
export function verifyAudit(entries: readonly AuditEntry[], signals: readonly Signal[]): AuditCheck {
  const brokenAt = firstBroken(entries);
  const told = new Set(entries.map(({ detail }) => detail["decision"] ?? ""));
  const stored = signals.map((signal) => ({ signal, hash: decisionHash(signal.decision) }));
  const states = entries.map((entry) => [entry.number, stateOf(entry, { stored, told })] as const);
  const numbers = (wanted: string): readonly number[] =>
    states.filter(([, state]) => state === wanted).map(([number]) => number);
  const changed = numbers("changed");
  // One that differs from its entry is told there.
  const unrecorded = stored
    .filter(({ hash, signal }) => !told.has(hash) && !entries.some((entry) => isOf(entry, signal)))
    .map(({ signal }) => signal);
  return {
    holds: brokenAt === null && changed.length === 0 && unrecorded.length === 0,
    brokenAt,
    changed,
    erased: numbers("erased"),
    unrecorded,
  };
}

interface Hashed {
  readonly signal: Signal;
  readonly hash: string;
}

function stateOf(
  entry: AuditEntry,
  { stored, told }: { readonly stored: readonly Hashed[]; readonly told: ReadonlySet<string> },
): "stored" | "changed" | "erased" {
  const { detail } = entry;
  if (!isDecision(entry) || stored.some(({ hash }) => hash === detail["decision"])) return "stored";
  const own = stored.filter(({ signal }) => isOf(entry, signal));
  // One that came early is stored as it came, and counted as it was read by the gate's form.
  if (entry.action === "voted" && own.some(({ signal, hash }) => signal.state === "used" && told.has(hash)))
    return "stored";
  return own.some(({ hash }) => !told.has(hash)) ? "changed" : "erased";
}

const isDecision = ({ action }: AuditEntry): boolean =>
  action === "voted" || action === "refused" || action === "signalled-early";

/** A signal of the person, to the gate, and of the time that an entry of a decision tells. */
const isOf = (entry: AuditEntry, { gate, address, decision }: Signal): boolean =>
  isDecision(entry) &&
  (entry.subject === gate || entry.subject === address) &&
  entry.actor === decision.by &&
  entry.at === decision.at;
