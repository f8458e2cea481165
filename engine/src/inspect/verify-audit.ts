import { decisionHash, firstBroken, type AuditEntry } from "../model/audit.ts";
import type { GateRecord, HandOverRecord } from "../model/records.ts";
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
  /** Times that a gate was handed over, as it has them, of which no entry speaks. */
  readonly unrecordedHandOvers: readonly HandOverRecord[];
}

/**
 * Compares a run's chain with the signals that are stored, and with what its gates have of being handed over: each has the
 * other, with one hash.
 */
export function verifyAudit(
  entries: readonly AuditEntry[],
  signals: readonly Signal[],
  gates: readonly HandedGate[] = [],
): AuditCheck {
  const brokenAt = firstBroken(entries);
  const toldBy = (some: readonly AuditEntry[]): ReadonlySet<string> =>
    new Set(some.map(({ detail }) => detail["decision"] ?? ""));
  const told = toldBy(entries);
  const early = toldBy(entries.filter(({ action }) => action === "signalled-early"));
  const stored = signals.map((signal) => ({ signal, hash: decisionHash(signal.decision) }));
  const handed = gates.flatMap(handOversOf);
  const states = entries.map((entry) => {
    const isHandOver = entry.action === "handed-over";
    return [
      entry.number,
      isHandOver ? handOverState(entry, handed) : stateOf(entry, { stored, told, early }),
    ] as const;
  });
  const numbers = (wanted: string): readonly number[] =>
    states.filter(([, state]) => state === wanted).map(([number]) => number);
  const changed = numbers("changed");
  // One that differs from its entry is told there.
  const unrecorded = stored
    .filter(({ hash, signal }) => !told.has(hash) && !entries.some((entry) => isOf(entry, signal)))
    .map(({ signal }) => signal);
  const unrecordedHandOvers = handed
    .filter((one) => !told.has(one.hash) && !entries.some((entry) => isOfHandOver(entry, one)))
    .map(({ record }) => record);
  return {
    holds:
      brokenAt === null && [changed, unrecorded, unrecordedHandOvers].every((found) => found.length === 0),
    brokenAt,
    changed,
    erased: numbers("erased"),
    unrecorded,
    unrecordedHandOvers,
  };
}

/** As much of a gate as tells by whom it was handed over. */
export type HandedGate = Pick<GateRecord, "id" | "deciders">;

interface HandOver {
  readonly gate: string;
  readonly record: HandOverRecord;
  readonly hash: string;
}

const handOversOf = ({ id, deciders }: HandedGate): readonly HandOver[] =>
  (deciders?.handedOver ?? []).map((record) => ({ gate: id, record, hash: decisionHash(record) }));

function handOverState(entry: AuditEntry, handed: readonly HandOver[]): "stored" | "changed" | "erased" {
  if (handed.some(({ hash }) => hash === entry.detail["decision"])) return "stored";
  return handed.some((one) => isOfHandOver(entry, one)) ? "changed" : "erased";
}

const isOfHandOver = (entry: AuditEntry, { gate, record }: HandOver): boolean =>
  entry.action === "handed-over" &&
  entry.subject === gate &&
  entry.actor === record.by &&
  entry.at === record.at;

interface Hashed {
  readonly signal: Signal;
  readonly hash: string;
}

interface Stored {
  readonly stored: readonly Hashed[];
  /** Hashes of decisions that entries tell, and those of entries that tell of early ones. */
  readonly told: ReadonlySet<string>;
  readonly early: ReadonlySet<string>;
}

function stateOf(entry: AuditEntry, { stored, told, early }: Stored): "stored" | "changed" | "erased" {
  const { detail } = entry;
  if (!isDecision(entry) || stored.some(({ hash }) => hash === detail["decision"])) return "stored";
  const own = stored.filter(({ signal }) => isOf(entry, signal));
  // One that came early is stored as it came, and counted as it was read by the gate's form.
  if (entry.action === "voted" && own.some(({ signal, hash }) => isVote(signal) && early.has(hash)))
    return "stored";
  return own.some(({ hash }) => !told.has(hash)) ? "changed" : "erased";
}

const isVote = ({ state }: Signal): boolean => state === "used" || state === "replaced";

const isDecision = ({ action }: AuditEntry): boolean =>
  action === "voted" || action === "refused" || action === "signalled-early";

/** A signal of the person, to the gate, and of the time that an entry of a decision tells. */
const isOf = (entry: AuditEntry, { gate, address, decision }: Signal): boolean =>
  isDecision(entry) &&
  (entry.subject === gate || entry.subject === address) &&
  entry.actor === decision.by &&
  entry.at === decision.at;
