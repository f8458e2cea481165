import type { ClaimStore } from "../../ports/store.ts";
import type { SqlDatabase } from "./database.ts";
import type { RunNumber } from "./run-number.ts";

export function claimStore(database: SqlDatabase, runNumber: RunNumber): ClaimStore {
  const { prepare } = database;
  // A claim holds while its run is advanced by somebody; one that does not hold is simply taken over. Keys are taken in
  // one order by all, so that two who take at once do not wait for each other.
  const take = `INSERT INTO claim (key, run)
    SELECT value, CAST(? AS BIGINT) FROM ${database.eachOf("text")} WHERE true ORDER BY value
    ON CONFLICT (key) DO UPDATE SET run = excluded.run WHERE claim.run = excluded.run OR NOT EXISTS (
      SELECT 1 FROM run
      WHERE run.number = claim.run AND run.lease_owner IS NOT NULL AND run.lease_until >= ${database.now})
    RETURNING key`;
  return {
    take: (runId, keys) =>
      prepare(take)
        .all(runNumber(runId), database.list(keys))
        .map((row) => row["key"] as string),
    release(runId, keys) {
      const sql = `DELETE FROM claim WHERE run = ? AND ${database.isAmong("key", "text")}`;
      prepare(sql).queue(null, runNumber(runId), database.list(keys));
    },
    releaseAll(runId) {
      prepare("DELETE FROM claim WHERE run = ?").queue(null, runNumber(runId));
    },
  };
}
