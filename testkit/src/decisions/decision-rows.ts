import type { Deciders } from "@ligase/sdk/internal";
import { decode } from "@ligase/sdk/values";
import type { SentDecision } from "./verdict.ts";

/* What a store holds of decisions, read row by row: nothing of the engine is asked. */

/** Reads rows of a store; statements are plain SQL without parameters. */
export type ReadRows = (sql: string) => readonly unknown[];

export interface DecisionRows {
  readonly runs: readonly RunRow[];
  readonly gates: readonly GateRow[];
  readonly signals: readonly SignalRow[];
  readonly entries: readonly EntryRow[];
}

export interface RunRow {
  readonly number: number;
  readonly id: string;
  readonly status: string;
  readonly launcher: string;
}

export interface GateRow {
  readonly id: string;
  readonly run: number;
  readonly owner: string;
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly question: string | null;
  readonly value: unknown;
  readonly evidence: readonly unknown[];
  readonly contentHash: string;
  readonly isEscalated: boolean;
  /** Who may decide now, and who gave it to others; null for everybody. */
  readonly deciders: (Deciders & { readonly handedOver?: readonly HandOverRow[] }) | null;
  readonly decision: (SentDecision & { readonly at: number }) | null;
}

/** That somebody gave a gate to others. */
export interface HandOverRow {
  readonly by: string;
  readonly at: number;
  readonly to: Deciders;
  readonly comment: string | null;
}

export interface SignalRow {
  readonly number: number;
  readonly run: number;
  /** Id of its gate; null while it is early. */
  readonly gate: string | null;
  readonly address: string;
  readonly state: string;
  readonly voter: string | null;
  readonly decision: SentDecision & { readonly at: number };
}

/** An entry of a run's audit chain. */
export interface EntryRow {
  readonly run: number;
  readonly number: number;
  readonly at: number;
  readonly actor: string | null;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | null>>;
  readonly hash: string;
}

const RUNS = `SELECT number, id, status, "user" AS launcher FROM run ORDER BY number`;
const GATES = `SELECT id, run, owner, path, name, kind, status, question, value, evidence, content_hash AS "contentHash",
  escalated, deciders, decision FROM gate ORDER BY run, opened_at, path, owner`;
const SIGNALS = `SELECT id AS number, run, gate_id AS gate, address, state, voter, decision FROM signal ORDER BY id`;
const ENTRIES =
  "SELECT run, number, at, actor, action, subject, detail, hash FROM audit ORDER BY run, number";

export function readDecisions(read: ReadRows): DecisionRows {
  return {
    ...readGates(read),
    entries: (read(ENTRIES) as readonly Columns<EntryRow>[]).map((row) => ({
      ...row,
      detail: JSON.parse(row.detail) as EntryRow["detail"],
    })),
  };
}

/** What those know who decide: without the audit chains. */
export type GateRows = Omit<DecisionRows, "entries">;

export function readGates(read: ReadRows): GateRows {
  const rows = <T>(sql: string): readonly Columns<T>[] => read(sql) as readonly Columns<T>[];
  return {
    runs: rows<RunRow>(RUNS),
    gates: rows<GateRow & { escalated: number }>(GATES).map((row) => ({
      ...row,
      value: decode(row.value),
      evidence: decode(row.evidence) as readonly unknown[],
      isEscalated: row.escalated === 1,
      deciders: JSON.parse(row.deciders ?? "null") as GateRow["deciders"],
      decision: row.decision === null ? null : (decode(row.decision) as GateRow["decision"]),
    })),
    signals: rows<SignalRow>(SIGNALS).map((row) => ({
      ...row,
      decision: decode(row.decision) as SignalRow["decision"],
    })),
  };
}

/** Numbers and texts as they are; what is more is stored as text. */
type Columns<T> = { readonly [K in keyof T]: T[K] extends string | number | null ? T[K] : string };
