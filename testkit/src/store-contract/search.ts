import assert from "node:assert/strict";
import { test } from "node:test";
import { idOf, jobRow, newCall, rigOf, RUN, withRuns, type StoreContractOptions } from "./rig.ts";

export function testSearch(options: StoreContractOptions): void {
  test("runs are not in the index at first, are when it is said, and not any more when they move on", (t) => {
    const { store } = rigOf(t, options);
    const [waiting, other] = [RUN, idOf(2)];
    withRuns(store, waiting, other);
    const unindexed = (): readonly string[] => {
      const found: string[] = [];
      for (
        let run = store.search.nextUnindexed(null);
        run !== null;
        run = store.search.nextUnindexed(run.runId)
      )
        found.push(run.runId);
      return found;
    };
    store.runs.move(waiting, "running", 5);
    store.runs.move(waiting, "waiting", 6);
    store.jobs.put(jobRow(store, { number: 3 }));
    assert.deepEqual(unindexed(), [waiting, other]);
    const looked = { runId: waiting, status: "waiting", last: 3 } as const;
    store.search.indexed({ ...looked, status: "running" });
    store.search.indexed({ ...looked, last: 2 });
    assert.deepEqual(unindexed(), [waiting, other], "it moved, or has a job more");
    store.search.indexed(looked);
    assert.deepEqual(unindexed(), [other]);
    store.runs.move(waiting, "running", 7);
    assert.deepEqual(unindexed(), [waiting, other]);
  });

  test("the calls that a run made are read by its jobs, and not those that only answered them", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const before = store.calls.insert(newCall(store, { runId: idOf(2) }));
    const made = [1, 3, 4].map((job) => store.calls.insert(newCall(store, { job })));
    store.jobs.put(jobRow(store, { number: 2, status: "cached", callNode: before }));
    for (const [index, number] of [1, 3, 4].entries())
      store.jobs.put(jobRow(store, { number, status: "succeeded", callNode: made[index] ?? null }));
    const page = (after: number, limit: number): unknown => {
      const { calls, last, isLast } = store.search.callsOf(RUN, after, limit);
      return [calls.map(({ id }) => id).toSorted((a, b) => a - b), last, isLast];
    };
    assert.deepEqual(page(0, 3), [made.slice(0, 2), 3, false]);
    assert.deepEqual(page(3, 3), [made.slice(2), 4, true]);
    assert.deepEqual(page(4, 3), [[], 4, true]);
  });
}
