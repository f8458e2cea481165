import { LigaseError } from "@ligase/sdk/values";
import type { Store, StoredRun } from "../ports/store.ts";

/** The run whose id begins so. Throws `run-not-found`, `run-not-unique`. */
export const findRun = (store: Store, beginning: string): StoredRun =>
  store.runs.get(runId(store, beginning)) as StoredRun;

/** Its id alone: the row holds the run's value, which may be large. */
export function runId(store: Store, beginning: string): string {
  const [id, other] = store.runs.find(beginning);
  if (id === undefined || beginning === "") throw new LigaseError("run-not-found", { run: beginning });
  if (other !== undefined) throw new LigaseError("run-not-unique", { run: beginning });
  return id;
}
