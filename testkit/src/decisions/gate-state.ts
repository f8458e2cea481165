import type { DecisionRows, GateRow } from "./decision-rows.ts";
import type { PlannedGate } from "./planned-gate.ts";
import type { GateState } from "./verdict.ts";

/** A gate as those see it who decide it. */
export interface SeenGate extends GateState {
  readonly id: string;
  /** Id of its run. */
  readonly run: string;
  readonly path: string;
  /** The number that it shows. */
  readonly x: number;
}

/** A gate as its rows have it now. */
export function seenGate(gate: GateRow, planned: PlannedGate, { runs, signals }: DecisionRows): SeenGate {
  const run = runs.find(({ number }) => number === gate.run);
  return {
    planned,
    id: gate.id,
    run: run?.id ?? "",
    path: gate.path,
    x: Number(gate.question),
    launcher: run?.launcher ?? "",
    contentHash: gate.contentHash,
    isOpen: gate.status === "open",
    isEscalated: gate.isEscalated,
    closing: gate.decision,
    votes: signals.filter((one) => one.gate === gate.id && one.state === "used").map((one) => one.decision),
  };
}
