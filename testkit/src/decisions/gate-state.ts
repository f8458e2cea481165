import type { GateRow, GateRows } from "./decision-rows.ts";
import { numberIn } from "./planned-event.ts";
import type { HandedOver } from "./people.ts";
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

/** The number that a gate shows. */
export function numberShown({ kind, question, value }: GateRow): number {
  if (kind === "external") return (value as { readonly x: number }).x;
  return kind === "event" ? numberIn((value as { readonly key: string }).key) : Number(question);
}

/** A gate as its rows have it now. */
export function seenGate(gate: GateRow, planned: PlannedGate, { runs, signals }: GateRows): SeenGate {
  const run = runs.find(({ number }) => number === gate.run);
  return {
    planned,
    id: gate.id,
    run: run?.id ?? "",
    path: gate.path,
    x: numberShown(gate),
    launcher: run?.launcher ?? "",
    contentHash: gate.contentHash,
    isOpen: gate.status === "open",
    isEscalated: gate.isEscalated,
    handed: handedOf(gate),
    closing: gate.decision,
    votes: signals.filter((one) => one.gate === gate.id && one.state === "used").map((one) => one.decision),
  };
}

function handedOf({ deciders }: GateRow): HandedOver | null {
  if (deciders?.handedOver === undefined) return null;
  const { users, roles, handedOver } = deciders;
  return { deciders: { users, roles }, givers: handedOver.map(({ by }) => by) };
}
