import assert from "node:assert/strict";
import { test } from "node:test";
import type { GivenBack, NewExternalTask, Store } from "@ligase/engine/testing";
import { gateRecord, idOf, rigOf, RUN, withRuns, type StoreContractOptions } from "./rig.ts";

const MINUTE_MS = 60_000;
const retries = { count: 3, backoffMs: 1_000, maxBackoffMs: 60_000 };

/** Opens gates with tasks in one transaction; the fields are those of each. */
function withTasks(store: Store, ...tasks: readonly Partial<NewExternalTask>[]): readonly string[] {
  const ids = tasks.map((_, index) => idOf(100 + index));
  store.commit("durable", () => {
    for (const [index, fields] of tasks.entries()) {
      const id = idOf(100 + index);
      const place = { name: "label", path: `map[${index}]/label`, openedAt: 1_000 + index, deadlineAt: null };
      store.gates.insert({ gate: gateRecord(id, { ...place, kind: "external" }), owner: "", edges: null });
      const policy = { topic: "images", priority: 0, limit: null, maxLostLeases: 5, retries };
      store.external.insert({ id, runId: RUN, ...policy, ...fields });
    }
  });
  return ids;
}

const lease = (store: Store, id: string, number = 1, token = `hash-${id}-${number}`): string => {
  store.external.lease(id, { number, worker: "w1", by: "ana", lastsMs: MINUTE_MS, token });
  return token;
};

const back = (fields: Partial<GivenBack> = {}): GivenBack => ({
  state: "ready",
  restMs: 0,
  lostLeases: 0,
  failures: 0,
  message: null,
  ...fields,
});

export function testExternalTasks(options: StoreContractOptions): void {
  test("an external task is read as it came into line, with its gate's place", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    const [id = ""] = withTasks(store, { priority: -3, limit: 7, maxLostLeases: 2 });
    const task = another().external.get(id);
    assert.deepEqual(task, {
      id,
      runId: RUN,
      path: "map[0]/label",
      name: "label",
      topic: "images",
      priority: -3,
      state: "ready",
      attempts: 0,
      lostLeases: 0,
      failures: 0,
      worker: null,
      by: null,
      leasedAt: null,
      leasedUntil: null,
      availableAt: 1_000,
      progress: null,
      message: null,
      createdAt: 1_000,
      deadlineAt: null,
      maxLostLeases: 2,
      retries,
    });
    assert.equal(store.external.get(idOf(1)), null);
    assert.deepEqual(store.external.find(id.slice(0, 35)), [id]);
  });

  test("of a topic the tasks come by priority, and then in the order in which they came", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const [a, b, c] = withTasks(store, {}, { priority: 2 }, { priority: 2 }, { topic: "other", priority: 9 });
    assert.deepEqual(store.external.next("images", 10), [b, c, a]);
    assert.deepEqual(store.external.next("images", 2), [b, c]);
    assert.deepEqual(
      [["images"], ["none"], ["none", "other"], []].map((topics) => store.external.hasReady(topics)),
      [true, false, true, false],
    );
    assert.deepEqual(
      store.external.list({ topic: "images", state: "ready", limit: 2 }).map(({ id }) => id),
      [b, c],
    );
  });

  test("a lease is over when its time has passed without a sign of life, by the store's time", (t) => {
    const { store, pass } = rigOf(t, options);
    withRuns(store, RUN);
    const [id = ""] = withTasks(store, {});
    const token = lease(store, id);
    const { leasedAt, leasedUntil, ...task } = store.external.get(id) ?? assert.fail();
    assert.deepEqual([task.state, task.attempts, task.worker, task.by], ["leased", 1, "w1", "ana"]);
    assert.ok(leasedAt !== null && leasedUntil !== null && leasedUntil > leasedAt);
    assert.deepEqual([store.external.next("images", 9), store.external.due(9)], [[], []]);
    pass(40_000);
    store.external.extend(id, MINUTE_MS, { progress: 1 / 3, message: "counting" });
    assert.equal(store.external.get(id)?.progress, 0.333333);
    pass(40_000);
    assert.deepEqual([store.external.due(9), store.external.isOver(id)], [[], false]);
    pass(40_000);
    assert.deepEqual([store.external.due(9), store.external.isOver(id)], [[id], true]);
    assert.deepEqual(store.external.leaseOf(id, token)?.ending, null);
    assert.equal(store.external.leaseOf(id, "hash-of-another"), null);
  });

  test("who had a task is kept, with what became of it", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const [id = ""] = withTasks(store, {});
    lease(store, id, 1);
    store.external.endLease(id, 1, "failed", "no memory");
    lease(store, id, 2);
    store.external.end(id);
    assert.deepEqual(
      store.external.leases(id).map(({ number, ending, message }) => [number, ending, message]),
      [
        [1, "failed", "no memory"],
        [2, "revoked", null],
      ],
    );
    assert.deepEqual([store.external.get(id)?.state, store.external.due(9)], ["done", []]);
    assert.deepEqual(
      store.external.list({ state: "done", limit: 9 }).map((task) => task.id),
      [id],
    );
  });

  test("a task rests before it is in line again, or is set aside with the reason", (t) => {
    const { store, pass } = rigOf(t, options);
    withRuns(store, RUN);
    const [a = "", b = ""] = withTasks(store, {}, {});
    lease(store, a);
    lease(store, b);
    store.external.giveBack(a, back({ restMs: 5_000, failures: 1, message: "busy" }));
    store.external.giveBack(b, back({ state: "aside", lostLeases: 5, message: "5 leases were lost" }));
    assert.deepEqual(store.external.next("images", 9), []);
    assert.deepEqual([store.external.get(a)?.state, store.external.get(a)?.failures], ["ready", 1]);
    assert.ok((store.external.get(a)?.availableAt ?? 0) > 1_000);
    const [aside] = store.external.list({ topic: "images", state: "aside", limit: 9 });
    assert.deepEqual([aside?.id, aside?.message, aside?.lostLeases], [b, "5 leases were lost", 5]);
    pass(6_000);
    assert.deepEqual(store.external.due(9), [a], "what is set aside is never due");
    store.external.giveBack(a, back({ failures: 1 }));
    assert.deepEqual([store.external.next("images", 9), store.external.due(9)], [[a], []]);
  });

  test("the smallest limit that a task of a topic has says how many may be leased", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    assert.equal(store.external.room("images"), null);
    const [a = "", b = ""] = withTasks(store, { limit: 2 }, { limit: 5 }, {}, { topic: "other", limit: 1 });
    assert.equal(store.external.room("images"), 2);
    lease(store, a);
    assert.equal(store.external.room("images"), 1);
    lease(store, b);
    assert.equal(store.external.room("images"), 0);
    store.external.end(a);
    assert.equal(store.external.room("images"), 4, "what is done has no say");
  });

  test("the log of a task keeps its first lines", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const [id = ""] = withTasks(store, {});
    const add = (at: number, ...lines: readonly string[]): void =>
      store.commit("computed", () => store.external.addLog(id, { lines, at, most: 3 }));
    add(5, "one", "two; DROP TABLE external_log; --");
    add(6, "three", "four");
    add(7, "five");
    assert.deepEqual(store.external.log(id), [
      { at: 5, text: "one" },
      { at: 5, text: "two; DROP TABLE external_log; --" },
      { at: 6, text: "three" },
    ]);
  });
}
