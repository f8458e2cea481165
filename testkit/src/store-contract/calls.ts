import assert from "node:assert/strict";
import { test } from "node:test";
import { idOf, jobRow, keyOf, newCall, rigOf, RUN, withRuns, type StoreContractOptions } from "./rig.ts";

export function testCalls(options: StoreContractOptions): void {
  test("the newest call under a key answers; keys without one are left out", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    const [a, b, c] = ["alpha", "beta", "gamma"].map(keyOf) as [string, string, string];
    store.calls.insert(newCall(store, { key: a, value: "1" }));
    store.calls.insert(newCall(store, { key: b, value: "2", volatile: true }));
    store.calls.insert(newCall(store, { key: a, value: "3", first: "1:template" }));
    for (const reader of [store, another()]) {
      const found = reader.calls.latest([a, b, c]);
      assert.deepEqual(
        [...found.keys()].filter((key) => [a, b, c].includes(key)).toSorted(),
        [a, b].toSorted(),
      );
      assert.deepEqual(
        [found.get(a)?.value, found.get(a)?.first, found.get(a)?.volatile],
        ["3", "1:template", false],
      );
      assert.deepEqual([found.get(b)?.value, found.get(b)?.first, found.get(b)?.volatile], ["2", null, true]);
    }
    assert.equal(store.calls.latest([]).size, 0);
  });

  test("keys that begin alike are different keys", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const [one, other] = [`${keyOf("same start")}x`, `${keyOf("same start")}y`];
    store.calls.insert(newCall(store, { key: one, value: "1" }));
    assert.equal(store.calls.latest([other]).get(other), undefined);
    assert.equal(store.calls.ofRun(other, RUN), null);
    store.calls.insert(newCall(store, { key: other, value: "2" }));
    const found = store.calls.latest([one, other]);
    assert.deepEqual([found.get(one)?.value, found.get(other)?.value], ["1", "2"]);
  });

  test("thousands of keys are looked up at once", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const keys = Array.from({ length: 5_000 }, (_, n) => keyOf(`${n}`.padStart(8, "0")));
    store.commit("computed", () =>
      keys.forEach((key, n) => n % 2 === 0 && store.calls.insert(newCall(store, { key, value: String(n) }))),
    );
    const found = store.calls.latest(keys);
    assert.deepEqual(
      keys.map((key) => found.get(key)?.value),
      keys.map((_, n) => (n % 2 === 0 ? String(n) : undefined)),
    );
  });

  test("R5: what a run itself recorded is told from what others did", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const key = keyOf("key");
    const own = store.calls.insert(newCall(store, { key, value: "own" }));
    store.calls.insert(newCall(store, { key, value: "other", runId: idOf(2) }));
    assert.equal(store.calls.latest([key]).get(key)?.value, "other");
    assert.equal(store.calls.ofRun(key, RUN)?.id, own);
    assert.equal(store.calls.ofRun(key, idOf(3)), null);
  });

  test("C8: a call is recorded with its first result, and finished in place", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const key = keyOf("key");
    const id = store.calls.insert(newCall(store, { key, first: "1:template", value: null, args: '{"a":1}' }));
    assert.deepEqual([store.calls.get(id)?.value, store.calls.get(id)?.first], [null, "1:template"]);
    const [taskSet, fileSet] = [store.calls.setId("task", "[1,2]"), store.calls.setId("file", "[]")];
    const edges = { edges: null, valueEdges: null };
    store.calls.finish(id, { args: '{"a":2}', value: "[]", taskSet, fileSet, volatile: true, ...edges });
    const { createdAt: _at, ...node } = store.calls.get(id) ?? assert.fail();
    const answer = { id, first: "1:template", value: "[]", taskSet, fileSet, volatile: true };
    const made = { runId: RUN, job: 1, ...edges };
    assert.deepEqual(node, { ...answer, ...made, key, task: "align", taskHash: "hash-1", args: '{"a":2}' });
    assert.deepEqual(store.calls.latest([key]).get(key), answer);
    assert.equal(store.calls.get(id + 1), null);
  });

  test("C11: where a call's arguments and value came from is kept with it", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const call = store.calls.insert(newCall(store, { edges: '[[".n",""]]', job: 7 }));
    const { edges, valueEdges, runId, job } = store.calls.get(call) ?? {};
    assert.deepEqual([edges, valueEdges, runId, job], ['[[".n",""]]', null, RUN, 7]);
    const { args, value, taskSet, fileSet, volatile } = newCall(store);
    const final = { args, value, taskSet, fileSet, volatile, edges: null, valueEdges: '[["",3,".x"]]' };
    store.commit("computed", () => store.calls.finish(call, final));
    assert.equal(store.calls.get(call)?.valueEdges, '[["",3,".x"]]');
  });

  test("the newest call that earlier jobs of a task had is found, whatever its code", (t) => {
    const { store } = rigOf(t, options);
    const [later, last] = [idOf(2), idOf(3)];
    withRuns(store, RUN, later, last);
    const job = (task: string, code: string, place: { runId: string; number: number }): number => {
      const taskId = store.calls.taskId(task, code);
      const callNode = store.calls.insert(newCall(store, { taskId }));
      store.jobs.put(jobRow(store, { ...place, task, taskId, callNode, status: "succeeded" }));
      return callNode;
    };
    const first = job("align", "hash-1", { runId: RUN, number: 7 });
    const second = job("align", "hash-2", { runId: later, number: 3 });
    job("other", "hash-1", { runId: later, number: 2 });
    store.jobs.put(jobRow(store, { runId: later, number: 4, status: "failed" }));
    job("align", "hash-1", { runId: last, number: 5 });
    const before = (task: string, runId: string, number: number) =>
      store.calls.before({ task, runId, number });
    assert.equal(before("align", RUN, 7), null);
    assert.equal(before("align", later, 3)?.id, first);
    assert.equal(before("align", later, 5)?.id, second);
    assert.equal(before("align", last, 4)?.taskHash, "hash-2");
    assert.equal(before("none", last, 9), null);
  });
}

export function testInterning(options: StoreContractOptions): void {
  test("a task with its code, and a set, has one number, on every connection", (t) => {
    const { store, another } = rigOf(t, options);
    const other = another();
    const task = store.calls.taskId("align", "hash-1");
    assert.equal(other.calls.taskId("align", "hash-1"), task);
    assert.notEqual(store.calls.taskId("align", "hash-2"), task);
    assert.notEqual(store.calls.taskId("align hash-1", ""), task);
    assert.deepEqual(other.calls.task(task), { name: "align", hash: "hash-1" });
    const set = other.calls.setId("task", "[1,2]");
    assert.equal(store.calls.setId("task", "[1,2]"), set);
    assert.notEqual(store.calls.setId("file", "[1,2]"), set);
    assert.equal(store.calls.set(set), "[1,2]");
  });

  test("a text is kept under its hash, once", (t) => {
    const { store } = rigOf(t, options);
    const text = `{"text":"${"x".repeat(100_000)}\\u0000"}`;
    store.calls.putText("1:hash", text);
    store.calls.putText("1:hash", text);
    assert.equal(store.calls.getText("1:hash"), text);
    assert.equal(store.calls.getText("1:none"), null);
  });
}
