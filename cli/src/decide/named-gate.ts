import type { DecisionRecord, GateRecord } from "@ligase/engine";

/** A gate as a decision names it. */
export interface NamedGate {
  readonly run: { readonly id: string; readonly goesOn: boolean };
  /** What the engine finds it by: its id where it is there already. */
  readonly address: string;
  /** Null while it is not open yet. */
  readonly gate: GateRecord | null;
}

/** What came of a decision. */
export interface Decided {
  readonly named: NamedGate;
  readonly outcome: "approved" | "rejected" | "answered";
  readonly result: GateRecord | "kept";
  readonly votes: readonly DecisionRecord[];
}
