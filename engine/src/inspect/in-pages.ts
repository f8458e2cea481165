import type { GateRecord, JobRecord } from "../model/records.ts";
import type { JobFilter } from "../ports/inspect.ts";
import type { Store } from "../ports/store.ts";

/* What may be more than fits into memory, read in pages. */

const PAGE = 1_000;
const FIRST_PAGE = 50;

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
export const eachOpenGate = (store: Store): Generator<GateRecord, void> =>
  eachGate((last, limit) => store.gates.open(last, limit));

/** Those that wait for people, the nearest deadline first, then the longest waiting. */
export const eachGateForPeople = (store: Store): Generator<GateRecord, void> =>
  eachGate((last, limit) => store.gates.forPeople(last, limit));

/** The first page is small: who looks at the beginning does not wait for more. */
function* eachGate(
  read: (last: GateRecord | null, limit: number) => readonly GateRecord[],
): Generator<GateRecord, void> {
  let last: GateRecord | null = null;
  for (let limit = FIRST_PAGE; ; limit = PAGE) {
    const page = read(last, limit);
    yield* page;
    if (page.length < limit) return;
    last = page.at(-1) ?? last;
  }
}
