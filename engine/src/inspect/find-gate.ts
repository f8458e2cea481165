import { LigaseError } from "@ligase/sdk/values";
import type { GateRecord } from "../model/records.ts";
import type { Store } from "../ports/store.ts";

/** The gate with this id, path, or name; an open one before closed ones. Throws `gate-not-unique`. */
export function findGate(store: Store, runId: string, address: string): GateRecord | null {
  const withId = store.gates.get(address);
  if (withId?.runId === runId) return withId;
  // A path is local to its owner: two jobs may have gates of one path (C21).
  const atPath = store.gates.addressed(runId, "path", address);
  const found = atPath.length > 0 ? atPath : store.gates.addressed(runId, "name", address);
  const open = found.filter((gate) => gate.status === "open");
  if (open.length > 1) {
    const paths = open.map((gate) => (atPath.length > 0 ? gate.id : gate.path)).join(", ");
    throw new LigaseError("gate-not-unique", { gate: address, paths });
  }
  return open[0] ?? found.at(-1) ?? null;
}
