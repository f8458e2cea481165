import { describe } from "node:test";
import { testAudit } from "./store-contract/audit.ts";
import { testCalls, testInterning } from "./store-contract/calls.ts";
import { testClaims } from "./store-contract/claims.ts";
import { testExternalTasks } from "./store-contract/external-tasks.ts";
import { testEvents } from "./store-contract/events.ts";
import { testGates, testSignals } from "./store-contract/gates.ts";
import { testJobs } from "./store-contract/jobs.ts";
import { testPeople } from "./store-contract/people.ts";
import type { StoreContractOptions } from "./store-contract/rig.ts";
import { testLaunchKeys, testLeases, testRuns } from "./store-contract/runs.ts";
import { testSearch } from "./store-contract/search.ts";
import { testIdentities, testTransactions } from "./store-contract/transactions.ts";

export type { StoreContractOptions, StoreUnderTest } from "./store-contract/rig.ts";

/** The contract of `Store`: every store passes these tests. */
export function testStore(name: string, options: StoreContractOptions): void {
  describe(`store: ${name}`, { skip: options.skip ?? false }, () => {
    testRuns(options);
    testLaunchKeys(options);
    testLeases(options);
    testJobs(options);
    testCalls(options);
    testInterning(options);
    testGates(options);
    testSignals(options);
    testExternalTasks(options);
    testClaims(options);
    testEvents(options);
    testAudit(options);
    testPeople(options);
    testSearch(options);
    testTransactions(options);
    testIdentities(options);
  });
}
