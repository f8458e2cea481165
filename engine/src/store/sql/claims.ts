import type { ClaimStore } from "../../ports/store.ts";
import type { Prepare } from "./prepare.ts";
import type { RunNumber } from "./run-number.ts";

/** A claim holds while its run is advanced by somebody; one that does not hold is simply taken over. */
const TAKE = `INSERT INTO claim (key, run) SELECT value, :run FROM json_each(:keys) WHERE true
  ON CONFLICT (key) DO UPDATE SET run = excluded.run WHERE claim.run = excluded.run OR NOT EXISTS (
    SELECT 1 FROM run WHERE run.number = claim.run AND run.lease_owner IS NOT NULL AND run.lease_until >= :now)
  RETURNING key`;

export function claimStore(prepare: Prepare, runNumber: RunNumber, now: () => number): ClaimStore {
  return {
    take(runId, keys) {
      const taken = prepare(TAKE).all({ run: runNumber(runId), keys: JSON.stringify(keys), now: now() });
      return taken.map((row) => row["key"] as string);
    },
    release(runId, keys) {
      prepare("DELETE FROM claim WHERE run = ? AND key IN (SELECT value FROM json_each(?))").run(
        runNumber(runId),
        JSON.stringify(keys),
      );
    },
    releaseAll(runId) {
      prepare("DELETE FROM claim WHERE run = ?").run(runNumber(runId));
    },
  };
}
