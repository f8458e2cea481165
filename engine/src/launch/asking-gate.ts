import type { TypeIr } from "@ligase/sdk/internal";
import { findGate } from "../inspect/find-gate.ts";
import { findRun } from "../inspect/find-run.ts";
import type { Decision } from "../ports/engine.ts";
import type { Store } from "../ports/store.ts";
import { compiledGates } from "./compiled-gates.ts";

/** What type the gate asks for that a decision is about; null when it did not open and the graph does not tell. */
export function askingGate(
  store: Store,
  { run, gate }: Pick<Decision, "run" | "gate">,
): { readonly schema: TypeIr | null } | null {
  const found = findRun(store, run);
  const open = findGate(store, found.id, gate);
  if (open !== null) return open;
  const name = gate.split("/").at(-1);
  return compiledGates(found).find(({ node }) => node.name === name)?.node ?? null;
}
