import type { Durability, Store } from "../ports/store.ts";
import { callStore } from "./sql/calls.ts";
import { claimStore } from "./sql/claims.ts";
import { fileIdentityStore } from "./sql/file-identities.ts";
import { gateStore } from "./sql/gates.ts";
import { jobStore } from "./sql/jobs.ts";
import type { Prepare } from "./sql/prepare.ts";
import { runNumbers } from "./sql/run-number.ts";
import { runStore } from "./sql/runs.ts";

/** What the SQL of the entities needs of a database. */
export interface SqlDatabase {
  readonly prepare: Prepare;
  /** Runs `write` in one transaction. */
  commit(durability: Durability, write: () => void): void;
  version(): number;
  close(): void;
}

/** The store on a database: one file of SQL per entity. Leases go by `now`. */
export function sqlStore(database: SqlDatabase, now: () => number): Store {
  const { prepare } = database;
  // What is remembered of rows; rows of a transaction that failed are not there.
  const [numbers, interned] = [new Map<string, number>(), new Map<string, number>()];
  const runNumber = runNumbers(prepare, numbers);
  return {
    runs: runStore(prepare, now),
    jobs: jobStore(prepare, runNumber),
    calls: callStore(prepare, runNumber, interned),
    gates: gateStore(prepare, runNumber),
    claims: claimStore(prepare, runNumber, now),
    files: fileIdentityStore(prepare),
    commit(durability, write) {
      try {
        database.commit(durability, write);
      } catch (error) {
        numbers.clear();
        interned.clear();
        throw error;
      }
    },
    version: () => database.version(),
    close: () => database.close(),
  };
}
