import { untilNextLook } from "../model/until-next-look.ts";
import type { Store } from "../ports/store.ts";
import { auditStore } from "./sql/audit.ts";
import { callStore } from "./sql/calls.ts";
import { claimStore } from "./sql/claims.ts";
import { externalTaskStore } from "./sql/external-tasks.ts";
import { eventStore } from "./sql/events.ts";
import { fileIdentityStore } from "./sql/file-identities.ts";
import { GatheredIdentities } from "./sql/gathered-identities.ts";
import { gateStore } from "./sql/gates.ts";
import { jobStore } from "./sql/jobs.ts";
import { peopleStore } from "./sql/people.ts";
import type { SqlDatabase } from "./sql/database.ts";
import { runNumbers } from "./sql/run-number.ts";
import { runStore } from "./sql/runs.ts";
import { searchStore } from "./sql/search.ts";

/** The store on a database: one file of SQL per entity. */
export function sqlStore(database: SqlDatabase): Store {
  const { prepare } = database;
  // What is remembered of rows; rows of a transaction that failed are not there.
  const [numbers, interned] = [new Map<string, number>(), new Map<string, number>()];
  const runNumber = runNumbers(prepare, numbers);
  let isOpen = false;
  const commit: Store["commit"] = (durability, write) => {
    isOpen = true;
    try {
      database.commit(durability, () => {
        write();
        files.write();
      });
    } catch (error) {
      numbers.clear();
      interned.clear();
      throw error;
    } finally {
      isOpen = false;
    }
    files.written();
  };
  const files = new GatheredIdentities(fileIdentityStore(prepare), (write) => {
    if (!isOpen) commit("computed", write);
  });
  return {
    runs: runStore(database),
    jobs: jobStore(prepare, runNumber),
    calls: callStore(database, runNumber, interned),
    gates: gateStore(database, runNumber),
    claims: claimStore(database, runNumber),
    search: searchStore(database, runNumber),
    audit: auditStore(database, runNumber),
    people: peopleStore(database),
    events: eventStore(database),
    external: externalTaskStore(database, runNumber),
    files: { get: (uri) => files.get(uri), put: (identity) => files.put(identity) },
    commit,
    loss: () => database.loss(),
    version: () => database.version(),
    close() {
      // A store that cannot be written now does without them.
      untilNextLook(() => files.flush());
      database.close();
    },
  };
}
