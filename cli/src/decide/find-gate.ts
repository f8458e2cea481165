import type { Desk, GateName } from "../desk/desk.ts";
import type { DeskRun } from "../desk/run-desk.ts";
import { gateAddress, isForPeople, shortId } from "../output/run-names.ts";
import { Problem } from "../problem.ts";
import type { NamedGate } from "./named-gate.ts";

/** The gate that a command speaks of: by id, path or name, or the only open one. Throws the problem `gate-not-said`. */
export async function findGate(desk: Desk, id: string, named: string | undefined): Promise<NamedGate> {
  const run = await desk.run(id);
  const gates = await desk.gates(run.id);
  const address = named ?? onlyOpenGate(gates, run);
  const found = gatesAt(gates, address);
  const open = found.filter(({ status }) => status === "open");
  // The engine says which of several it may be.
  const gate = open.length > 1 ? undefined : (open[0] ?? found.at(-1));
  return {
    run,
    address: gate?.id ?? address,
    gate: gate === undefined ? null : await desk.gate(run.id, gate.id),
  };
}

function gatesAt(gates: readonly GateName[], address: string): readonly GateName[] {
  for (const key of ["id", "path", "name"] as const) {
    const found = gates.filter((gate) => gate[key] === address);
    if (found.length > 0) return found;
  }
  return [];
}

function onlyOpenGate(gates: readonly GateName[], run: DeskRun): string {
  const open = gates.filter((gate) => gate.status === "open" && isForPeople(gate));
  const [only] = open;
  if (only !== undefined && open.length === 1) return only.id;
  throw new Problem("gate-not-said", {
    run: shortId(run.id),
    gates: open.map((gate) => gateAddress(gate, open)),
  });
}
