import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isLigaseError } from "@ligase/sdk";
import { runMoves, type RunStatus } from "@ligase/engine/testing";
import { idOf, newRun, rigOf, RUN, withRuns, type StoreContractOptions } from "./rig.ts";

const STATES = Object.keys(runMoves) as RunStatus[];
/** A way to each state by legal moves. */
const WAYS: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  queued: [],
  running: ["running"],
  waiting: ["running", "waiting"],
  cancelling: ["running", "cancelling"],
  succeeded: ["running", "succeeded"],
  failed: ["running", "failed"],
  cancelled: ["cancelled"],
};

export function testRuns(options: StoreContractOptions): void {
  test("a run is read as it was inserted, by another connection too", (t) => {
    const { store, another } = rigOf(t, options);
    const run = newRun(RUN, {
      tags: { "a b": "c\n'" },
      args: '{"x":{"$bigint":"7"}}',
      options: '{"check":"full"}',
      parent: idOf(0),
      user: "ünï",
    });
    store.commit("durable", () => store.runs.insert(run));
    for (const reader of [store, another()]) {
      const {
        argsText,
        options: written,
        args,
        status,
        endedAt,
        error,
        valueText,
        ...rest
      } = reader.runs.get(RUN) ?? assert.fail();
      assert.deepEqual(
        [argsText, written, args, status, endedAt, error, valueText],
        [run.args, run.options, { x: 7n }, "queued", null, null, null],
      );
      const { name, file, bundle, user, tags, createdAt, parent } = rest;
      assert.deepEqual(
        { name, file, bundle, user, tags, createdAt, parent },
        {
          name: run.name,
          file: run.file,
          bundle: run.bundle,
          user: run.user,
          tags: run.tags,
          createdAt: run.createdAt,
          parent: run.parent,
        },
      );
    }
    assert.equal(store.runs.get(idOf(9)), null);
  });

  test("a run moves only as the table of moves allows, and an illegal move changes nothing", (t) => {
    const { store } = rigOf(t, options);
    let n = 100;
    for (const from of STATES) {
      for (const to of STATES) {
        const id = idOf(n++);
        withRuns(store, id);
        for (const step of WAYS[from]) store.runs.move(id, step, 5);
        if (from === to || runMoves[from].includes(to)) store.runs.move(id, to, 6);
        else
          assert.throws(
            () => store.runs.move(id, to, 6),
            (error) => isLigaseError(error, "illegal-move"),
            `${from} to ${to}`,
          );
        const expected = runMoves[from].includes(to) ? to : from;
        assert.equal(store.runs.get(id)?.status, expected, `${from} to ${to}`);
      }
    }
  });

  test("an ended run has its time, value or error; resumed it has none of them", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const error = { kind: "user", name: "Error", message: "no\nluck", details: { exitCode: 3 } } as const;
    for (const id of [RUN, idOf(2)]) store.runs.move(id, "running", 10);
    store.runs.move(RUN, "succeeded", 20, { value: '{"x":1}' });
    store.runs.move(idOf(2), "failed", 30, { error });
    const [good, bad] = [store.runs.get(RUN), store.runs.get(idOf(2))];
    assert.deepEqual([good?.endedAt, good?.valueText, good?.error], [20, '{"x":1}', null]);
    assert.deepEqual([bad?.endedAt, bad?.valueText, bad?.error], [30, null, error]);
    store.runs.move(idOf(2), "running", 40);
    const again = store.runs.get(idOf(2));
    assert.deepEqual([again?.status, again?.endedAt, again?.error], ["running", null, null]);
  });

  test("a run is found by the beginning of its id: none, one, or not unique", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, "0190aaaa-1", "0190aabb-2", "0190bbbb-3", "0190aacc-4");
    assert.deepEqual(store.runs.find("0190b"), ["0190bbbb-3"]);
    assert.deepEqual(store.runs.find("0190bbbb-3"), ["0190bbbb-3"]);
    assert.equal(store.runs.find("0190aa").length, 2);
    assert.deepEqual(
      [store.runs.find("0190c"), store.runs.find("%"), store.runs.find("0190bbbb-33")],
      [[], [], []],
    );
  });

  test("runs are listed newest first, so many, and page by page", (t) => {
    const { store } = rigOf(t, options);
    // Three were launched in one millisecond, and one came into the store late.
    const times = [1_000, 1_000, 1_000, 3_000, 2_000];
    store.commit("computed", () => {
      for (const [n, createdAt] of times.entries()) store.runs.insert(newRun(idOf(n), { createdAt }));
    });
    const ids = (filter: Parameters<typeof store.runs.list>[0]): readonly string[] =>
      store.runs.list(filter).map(({ id }) => id);
    assert.deepEqual(ids({ limit: 10 }), [3, 4, 2, 1, 0].map(idOf));
    assert.deepEqual(ids({ limit: 3 }), [3, 4, 2].map(idOf));
    assert.deepEqual(ids({ limit: 2, before: idOf(2) }), [1, 0].map(idOf));
    assert.deepEqual(ids({ limit: 2, before: idOf(0) }), []);
    assert.deepEqual(ids({ limit: 9, since: 1_000, until: 3_000 }), [4, 2, 1, 0].map(idOf));
    assert.deepEqual(ids({ limit: 9, since: 1_001 }), [3, 4].map(idOf));
  });

  test("runs are listed by status, name, user and tags, also by several of them", (t) => {
    const { store } = rigOf(t, options);
    store.commit("computed", () => {
      for (const n of [1, 2, 3, 4, 5, 6]) {
        const tags = { project: n < 4 ? "one" : "two", ...(n === 3 ? { "a b": "c\n'" } : {}) };
        const user = n % 3 === 0 ? "ben" : "ana";
        store.runs.insert(newRun(idOf(n), { name: n % 2 === 0 ? "even" : "odd", user, tags, createdAt: n }));
      }
    });
    store.runs.move(idOf(3), "running", 5);
    const numbers = (filter: Omit<Parameters<typeof store.runs.list>[0], "limit">): readonly number[] =>
      store.runs.list({ limit: 10, ...filter }).map(({ createdAt }) => createdAt);
    assert.deepEqual(numbers({ name: "even" }), [6, 4, 2]);
    assert.deepEqual(numbers({ status: "queued", name: "odd" }), [5, 1]);
    assert.deepEqual(numbers({ user: "ben" }), [6, 3]);
    assert.deepEqual(numbers({ tags: { project: "one" } }), [3, 2, 1]);
    assert.deepEqual(numbers({ tags: { project: "one", "a b": "c\n'" } }), [3]);
    assert.deepEqual(numbers({ tags: { project: "one" }, user: "ana", before: idOf(3) }), [2, 1]);
    assert.deepEqual(numbers({ tags: { project: "two" }, since: 5, until: 6 }), [5]);
    assert.deepEqual([numbers({ tags: { project: "c" } }), numbers({ user: "one" })], [[], []]);
  });
}

export function testLaunchKeys(options: StoreContractOptions): void {
  test("a key launches one run, also for another connection; a run that is not written has none", (t) => {
    const { store, another } = rigOf(t, options);
    const other = another();
    const once = { key: "k", request: "r" };
    const fault = new Error("a fault in the middle");
    const launch = (by: typeof store, id: string, also: () => void = () => undefined): boolean => {
      let isFirst = false;
      by.commit("durable", () => {
        isFirst = by.runs.launches(once, id);
        if (isFirst) by.runs.insert(newRun(id));
        also();
      });
      return isFirst;
    };
    assert.equal(store.runs.launchedWith("k"), null);
    assert.throws(() =>
      launch(store, idOf(1), () => {
        throw fault;
      }),
    );
    assert.equal(other.runs.launchedWith("k"), null);
    assert.deepEqual(
      [launch(store, idOf(2)), launch(other, idOf(3)), launch(store, idOf(4))],
      [true, false, false],
    );
    for (const by of [store, other])
      assert.deepEqual(by.runs.launchedWith("k"), { request: "r", run: idOf(2) });
    assert.equal(store.runs.list({ limit: 9 }).length, 1);
    store.commit("durable", () => assert.equal(store.runs.launches({ ...once, key: "K" }, idOf(5)), true));
  });
}

export function testLeases(options: StoreContractOptions): void {
  test("R11: a lease has one owner until it is over or given back", (t) => {
    const { store, another, pass } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const other = another();
    assert.equal(store.runs.lease(RUN, "a", 10_000), true);
    assert.equal(other.runs.lease(RUN, "b", 10_000), false, "held");
    pass(5_000);
    assert.equal(store.runs.lease(RUN, "a", 10_000), true, "kept by its owner");
    pass(6_000);
    assert.equal(other.runs.lease(RUN, "b", 10_000), false, "kept");
    assert.equal(other.runs.lease(idOf(2), "b", 10_000), true, "of another run");
    pass(6_000);
    assert.equal(other.runs.lease(RUN, "b", 10_000), true, "over");
    assert.equal(store.runs.lease(RUN, "a", 10_000), false, "lost");
    store.runs.release(RUN, "a");
    assert.equal(store.runs.lease(RUN, "a", 10_000), false, "only its owner gives it back");
    other.runs.release(RUN, "b");
    assert.equal(store.runs.lease(RUN, "a", 10_000), true, "given back");
    assert.equal(store.runs.lease(idOf(9), "a", 10_000), false, "of no run");
  });

  test("a sign of life is recorded with the lease", (t) => {
    const { store, pass } = rigOf(t, options);
    withRuns(store, RUN);
    assert.equal(store.runs.get(RUN)?.heartbeatAt, null);
    store.runs.lease(RUN, "a", 1_000);
    pass(500);
    const before = store.runs.get(RUN)?.heartbeatAt ?? Infinity;
    store.runs.lease(RUN, "a", 1_000);
    assert.ok((store.runs.get(RUN)?.heartbeatAt ?? 0) >= before + 500);
  });

  test("runs that nobody advances are found: those left behind, and those whose lease is over", (t) => {
    const { store, pass } = rigOf(t, options);
    const [queued, led, waiting, given, ended] = [1, 2, 3, 4, 5].map(idOf) as [
      string,
      string,
      string,
      string,
      string,
    ];
    withRuns(store, queued, led, waiting, given, ended);
    for (const id of [led, waiting, given, ended]) {
      store.runs.lease(id, "a", 10_000);
      store.runs.move(id, "running", 5);
    }
    store.runs.move(waiting, "waiting", 6);
    store.runs.move(given, "waiting", 6);
    store.runs.release(given, "a");
    store.runs.move(ended, "failed", 6);
    assert.deepEqual(store.runs.unled(10), [queued]);
    pass(11_000);
    assert.deepEqual(store.runs.unled(10), [queued, led, waiting]);
    assert.deepEqual(store.runs.unled(2), [queued, led]);
  });

  test("R10: a parked run is due at its time, or at once when it is woken, and for nobody who has it", (t) => {
    const { store, another } = rigOf(t, options);
    const [early, late, decided, led, elsewhere] = [1, 2, 3, 4, 5].map(idOf) as [
      string,
      string,
      string,
      string,
      string,
    ];
    withRuns(store, early, late, decided, led);
    store.commit("computed", () => store.runs.insert(newRun(elsewhere, { file: "/other.ts" })));
    for (const id of [early, late, decided, led, elsewhere]) {
      store.runs.lease(id, "a", 10_000);
      store.runs.move(id, "running", 5);
    }
    store.commit("computed", () => {
      store.runs.park(early, 6, 50);
      store.runs.park(late, 6, 100);
      store.runs.park(decided, 6, null);
      store.runs.park(elsewhere, 6, 10);
      for (const id of [early, late, decided, elsewhere]) store.runs.release(id, "a");
      store.runs.move(led, "waiting", 6);
    });
    const { file } = newRun(early);
    assert.equal(store.runs.get(early)?.status, "waiting");
    assert.deepEqual(store.runs.due(file, 49, 10), []);
    assert.deepEqual(store.runs.due(file, 50, 10), [early]);
    assert.deepEqual(store.runs.due(file, 100, 10), [early, late]);
    assert.deepEqual(store.runs.due(file, 100, 1), [early]);
    const other = another();
    other.commit("computed", () => [decided, led].forEach((id) => other.runs.wake(id)));
    assert.deepEqual(store.runs.due(file, 50, 10), [decided, early]);
    store.runs.move(decided, "running", 7);
    assert.deepEqual(store.runs.due(file, 50, 10), [early]);
    assert.deepEqual(store.runs.unled(10), [decided], "parked ones are nobody's to take over");
  });

  test("a wish to cancel is seen by others until the run ends, and not by its resumed self", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    store.runs.move(RUN, "running", 5);
    const other = another();
    assert.equal(store.runs.isAskedToCancel(RUN), false);
    other.runs.askToCancel(RUN);
    assert.equal(store.runs.isAskedToCancel(RUN), true);
    store.runs.move(RUN, "cancelled", 6);
    store.runs.move(RUN, "running", 7);
    assert.equal(store.runs.isAskedToCancel(RUN), false);
  });

  test("the version soon changes when another connection wrote, and not by its own writing", async (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    const other = another();
    const before = store.version();
    assert.equal(store.version(), before);
    store.runs.lease(RUN, "a", 1_000);
    assert.equal(store.version(), before);
    other.runs.askToCancel(RUN);
    while (store.version() === before) await nextTurn();
    assert.equal(store.runs.isAskedToCancel(RUN), true);
  });
}
