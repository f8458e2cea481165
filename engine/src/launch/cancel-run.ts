import { LigaseError } from "@ligase/sdk";
import { cancelGate } from "../gates/vote.ts";
import { hasEnded } from "../model/states.ts";
import type { Store, StoredRun } from "../ports/store.ts";
import { leaseOwner, releaseIfGone } from "./lease-owner.ts";

/** Asks whoever advances a run to cancel it; closes it when nobody does. Throws `run-ended`. */
export function cancelFromOutside(store: Store, run: StoredRun, now: number): void {
  // The wish would stay, and cancel whoever goes on with the run.
  if (hasEnded(run.status)) throw new LigaseError("run-ended", { run: run.id, status: run.status });
  store.commit("durable", () => {
    store.runs.askToCancel(run.id);
    closeUnled(store, run, now);
  });
}

/** Cancels a run that nobody advances, in the caller's transaction; false when somebody does. */
export function closeUnled(store: Store, run: StoredRun, now: number): boolean {
  const owner = leaseOwner("cancel");
  releaseIfGone(store.runs, run.id);
  if (!store.runs.lease(run.id, owner, 0)) return false;
  for (const gate of store.gates.list(run.id)) cancelGate(store, gate, now);
  store.runs.move(run.id, "cancelled", now);
  store.runs.release(run.id, owner);
  return true;
}
