import assert from "node:assert/strict";
import { test } from "node:test";
import type { AttemptRecord } from "@ligase/engine/testing";
import { idOf, jobRow, newCall, rigOf, RUN, withRuns, type StoreContractOptions } from "./rig.ts";

const attempt = (fields: Partial<AttemptRecord> = {}): AttemptRecord => ({
  runId: RUN,
  job: 1,
  number: 1,
  status: "running",
  executor: "local",
  remoteId: "4711",
  startedAt: 5,
  endedAt: null,
  folder: "work/1-1",
  failureKind: null,
  usage: null,
  ...fields,
});

export function testJobs(options: StoreContractOptions): void {
  test("a job's row is read as it was put, and replaced when put again", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const queued = jobRow(store, {
      parent: 7,
      reason: { kind: "below-changed", detail: "task with spaces" },
    });
    store.jobs.put(queued);
    const { key: _key, taskId: _task, ...record } = queued;
    assert.deepEqual(pick(store.jobs.get(RUN, 1), record), record);
    const callNode = store.calls.insert(newCall(store));
    const error = { kind: "resource", name: "Error", message: "out of memory" } as const;
    store.jobs.put({
      ...queued,
      status: "failed",
      executor: "local",
      startedAt: 5,
      endedAt: 9,
      error,
      callNode,
      reason: { kind: "new" },
    });
    const ended = store.jobs.get(RUN, 1);
    assert.deepEqual(
      [
        ended?.status,
        ended?.executor,
        ended?.startedAt,
        ended?.endedAt,
        ended?.error,
        ended?.callNode,
        ended?.reason,
      ],
      ["failed", "local", 5, 9, error, callNode, { kind: "new" }],
    );
    assert.equal(store.jobs.get(RUN, 2), null);
    assert.equal(store.jobs.get(idOf(9), 1), null);
  });

  test("jobs are listed by number, of their run only, and the last number is known", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    for (const number of [10, 2, 1]) store.jobs.put(jobRow(store, { number }));
    store.jobs.put(jobRow(store, { runId: idOf(2), number: 99 }));
    assert.deepEqual(
      store.jobs.list(RUN).map(({ number }) => number),
      [1, 2, 10],
    );
    assert.deepEqual(
      [store.jobs.lastNumber(RUN), store.jobs.lastNumber(idOf(2)), store.jobs.lastNumber(idOf(3))],
      [10, 99, 0],
    );
  });

  test("jobs are listed by status and task, page by page, also of a task whose code changed", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const put = (number: number, status: "failed" | "succeeded", task: string, code: string): void =>
      store.jobs.put(jobRow(store, { number, status, task, taskId: store.calls.taskId(task, code) }));
    put(1, "failed", "align", "old");
    put(2, "succeeded", "align", "new");
    put(3, "failed", "count", "old");
    put(4, "succeeded", "align", "old");
    put(5, "failed", "align", "new");
    store.jobs.put(jobRow(store, { runId: idOf(2), number: 6, status: "failed" }));
    const numbers = (filter: Parameters<typeof store.jobs.list>[1]): readonly number[] =>
      store.jobs.list(RUN, filter).map(({ number }) => number);
    assert.deepEqual(numbers({ status: "failed" }), [1, 3, 5]);
    assert.deepEqual(numbers({ status: "succeeded", after: 2 }), [4]);
    assert.deepEqual(numbers({ task: "align" }), [1, 2, 4, 5]);
    assert.deepEqual(numbers({ task: "align", after: 1, limit: 2 }), [2, 4]);
    assert.deepEqual(numbers({ task: "align", status: "failed" }), [1, 5]);
    assert.deepEqual([numbers({ task: "none" }), numbers({ status: "waiting" })], [[], []]);
    assert.deepEqual(
      store.jobs.counts(RUN).map(({ task, status, count }) => [task, status, count]),
      [
        ["align", "failed", 2],
        ["align", "succeeded", 2],
        ["count", "failed", 1],
      ],
    );
    assert.deepEqual(
      store.jobs.tasks(RUN).map(({ name }) => name),
      ["align", "align", "count"],
    );
  });

  test("a job that did not reach a call node can be put and read: failed, cancelled, in place", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    for (const [number, status] of (
      ["failed", "cancelled", "running", "cached", "succeeded"] as const
    ).entries()) {
      store.jobs.put(jobRow(store, { number: number + 1, status, key: number === 0 ? "" : null }));
      assert.equal(store.jobs.get(RUN, number + 1)?.status, status);
    }
  });

  test("attempts are kept by number, with their use; an attempt put again is replaced", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const usage = { wallMs: 5, cpuMs: 4, peakMemoryBytes: 2 ** 40, exitCode: 137, exitSignal: "SIGKILL" };
    const second = attempt({ number: 2, status: "succeeded", endedAt: 9 });
    store.jobs.putAttempt(second);
    store.jobs.putAttempt(attempt());
    store.jobs.putAttempt(attempt({ status: "failed", failureKind: "resource", endedAt: 8, usage }));
    store.jobs.putAttempt(attempt({ job: 2 }));
    assert.deepEqual(store.jobs.attempts(RUN, 1), [
      attempt({ status: "failed", failureKind: "resource", endedAt: 8, usage }),
      second,
    ]);
    assert.deepEqual(store.jobs.attempts(RUN, 3), []);
  });

  test("decks are kept by job and name", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const deck = { runId: RUN, job: 2, name: "report", mediaType: "text/html", uri: "file:///a%20b" };
    const decks = [{ ...deck, job: 1, name: "z" }, deck, { ...deck, name: "second" }];
    for (const one of decks.toReversed()) store.jobs.putDeck(one);
    store.jobs.putDeck({ ...deck, uri: "file:///new" });
    assert.deepEqual(store.jobs.decks(RUN), [decks[0], { ...deck, uri: "file:///new" }, decks[2]]);
    assert.deepEqual(store.jobs.decks(idOf(2)), []);
  });
}

/** Of a record only the fields that another has. */
function pick<T extends object>(from: object | null, like: T): Partial<T> {
  return Object.fromEntries(
    Object.keys(like).map((key) => [key, (from as Record<string, unknown>)[key]]),
  ) as Partial<T>;
}
