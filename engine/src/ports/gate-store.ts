import type { AuditEntry } from "../model/audit.ts";
import type { SignalState } from "../model/states.ts";
import type { DecisionRecord, GateRecord } from "../model/records.ts";

/* Gates, what was sent to them, and the chain of what was done. */

export interface NewGate {
  readonly gate: GateRecord;
  /** Key of the shared job the gate belongs to, or empty for the run's own (C21). */
  readonly owner: string;
  /** Where its value came from, a list of `edgeText` (C11). */
  readonly edges: string | null;
}

export interface GateStore {
  insert(gate: NewGate): void;
  get(id: string): GateRecord | null;
  /** The same, as a look that decides about a write: until the transaction ends nobody else changes it (C20). */
  hold(id: string): GateRecord | null;
  /** Who may decide, or until when, is another now. */
  change(id: string, change: GateChange): void;
  /** There is a vote more. */
  voted(id: string): void;
  /** The newest gate at the same place of a run of the same name that was decided before this one opened. */
  decidedBefore(id: string): GateRecord | null;
  /** Where the value of a gate came from. */
  edges(id: string): string | null;
  /** The gate at a place of a run (C21). */
  at(runId: string, owner: string, path: string): GateRecord | null;
  list(runId: string): readonly GateRecord[];
  /** Gates of a run with this path or name, in the order they opened. */
  addressed(runId: string, by: "path" | "name", text: string): readonly GateRecord[];
  /** Open gates of all runs in the order they opened: so many after one. */
  open(after: Pick<GateRecord, "id" | "openedAt"> | null, limit: number): readonly GateRecord[];
  /** Open gates that wait for people, the nearest deadline first, then the longest waiting: so many after one. */
  forPeople(
    after: Pick<GateRecord, "id" | "openedAt" | "deadlineAt"> | null,
    limit: number,
  ): readonly GateRecord[];
  /** Gates for people, open or closed, that changed at a time of the store or later; by default from now on. */
  changedForPeople(since?: number): ChangedGates;
  /**
   * Closes an open gate with its decision; false when it was closed already, and then nothing changes (C20: state in the
   * condition, so that of two decisions one wins).
   */
  close(id: string, status: "resolved" | "expired" | "cancelled", decision: DecisionRecord | null): boolean;
  /** Keeps a signal: a vote, one that came early, or one that was refused. Append-only. */
  putSignal(signal: StoredSignal): void;
  /** Early signals for a place that were not used yet. */
  early(runId: string, name: string): readonly StoredSignal[];
  /** An early signal was used for the gate it waited for. */
  useEarly(id: number, gateId: string): void;
  /** A vote does not count any more: its voter votes otherwise. Before the other is kept, in its transaction. */
  replaceVote(id: number): void;
  /** The signals that count for a gate, in the order they came: one of each voter at the most. */
  votes(gateId: string): readonly StoredSignal[];
  countEarly(runId: string): number;
  /** Ids of a run's gates that are open. */
  openOf(runId: string): readonly string[];
  signals(runId: string): readonly StoredSignal[];
  /**
   * The newest gate that people decided on equal content under an equal policy, for gates that may reuse that (C23). One
   * that reused a decision itself has no votes whose makers could be asked about, and is passed over.
   */
  reusable(contentHash: string): GateRecord | null;
}

/** Gates that opened, changed or were closed, in that order; one that was looked at has changed when its time differs. */
export interface ChangedGates {
  /** Milliseconds since 1970 by the clock of the store. */
  readonly now: number;
  readonly gates: readonly { readonly id: string; readonly runId: string; readonly changedAt: number }[];
}

export type GateChange = Pick<GateRecord, "deciders" | "isEscalated" | "deadlineAt" | "reminded" | "callers">;

export interface StoredSignal {
  readonly id: number;
  readonly runId: string;
  readonly gateId: string | null;
  /** Gate name or path it was addressed to. */
  readonly address: string;
  readonly state: SignalState;
  readonly decision: DecisionRecord;
}

/** What people and time did to a run: one chain of hashes per run, to which entries are only added. */
export interface AuditStore {
  /** Holds the run's chain until the transaction ends, and gives its last entry. */
  holdLast(runId: string): AuditEntry | null;
  add(runId: string, entry: AuditEntry): void;
  list(runId: string): readonly AuditEntry[];
}
