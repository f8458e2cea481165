import type { GateRecord, JobRecord } from "../model/records.ts";
import type { JobFilter } from "../ports/inspect.ts";
import type { Store } from "../ports/store.ts";

/* What may be more than fits into memory, read in pages. */

const PAGE = 1_000;

/** Jobs of a run in the order they were made; a run that goes on may get more of them meanwhile. */
export function* eachJob(store: Store, run: string, filter: JobFilter = {}): Generator<JobRecord, void> {
  let { after = 0, limit: left = Number.POSITIVE_INFINITY } = filter;
  while (left > 0) {
    const limit = Math.min(PAGE, left);
    const page = store.jobs.list(run, { ...filter, after, limit });
    yield* page;
    if (page.length < limit) return;
    left -= limit;
    after = page.at(-1)?.number ?? after;
  }
}

/** The open gates of all runs, in the order they opened. */
export function* eachOpenGate(store: Store): Generator<GateRecord, void> {
  for (let last: GateRecord | null = null; ;) {
    const page: readonly GateRecord[] = store.gates.open(last, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    last = page.at(-1) ?? last;
  }
}
