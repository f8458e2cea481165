import type { Engine, GateRecord, RunRecord } from "@ligase/engine";
import { gateAddress, shortId } from "../output/run-names.ts";
import { Problem } from "../problem.ts";

/** A gate as a decision names it. */
export interface NamedGate {
  readonly run: RunRecord;
  /** What the engine finds it by: its id where it is there already. */
  readonly address: string;
  /** Null while it is not open yet. */
  readonly gate: GateRecord | null;
}

/**
 * The gate that a command speaks of: by id, path or name, or the only open one. What may come before its gate is checked
 * against the workflow's graph, which is in the user's file (C24): that is loaded then. Throws the problem `gate-not-said`.
 */
export async function findGate(engine: Engine, id: string, named: string | undefined): Promise<NamedGate> {
  const run = engine.inspect.run(id);
  const gates = engine.inspect.gates(run.id);
  const address = named ?? onlyOpenGate(gates, run);
  const found = gatesAt(gates, address);
  const open = found.filter(({ status }) => status === "open");
  // The engine says which of several it may be.
  const gate = open.length > 1 ? undefined : (open[0] ?? found.at(-1));
  if (found.length === 0) await engine.load(run.file);
  return { run, address: gate?.id ?? address, gate: gate ?? null };
}

function gatesAt(gates: readonly GateRecord[], address: string): readonly GateRecord[] {
  for (const key of ["id", "path", "name"] as const) {
    const found = gates.filter((gate) => gate[key] === address);
    if (found.length > 0) return found;
  }
  return [];
}

function onlyOpenGate(gates: readonly GateRecord[], run: RunRecord): string {
  const open = gates.filter(({ status, kind }) => status === "open" && kind !== "sleep");
  const [only] = open;
  if (only !== undefined && open.length === 1) return only.id;
  throw new Problem("gate-not-said", {
    run: shortId(run.id),
    gates: open.map((gate) => gateAddress(gate, open)),
  });
}
