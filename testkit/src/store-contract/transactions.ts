import assert from "node:assert/strict";
import { test } from "node:test";
import {
  gateRecord,
  idOf,
  jobRow,
  keyOf,
  newCall,
  newRun,
  rigOf,
  RUN,
  withRuns,
  type StoreContractOptions,
} from "./rig.ts";

const FAULT = new Error("a fault in the middle");

export function testTransactions(options: StoreContractOptions): void {
  for (const durability of ["computed", "durable"] as const) {
    test(`what throws inside a ${durability} transaction leaves nothing of it, and passes on`, (t) => {
      const { store, another } = rigOf(t, options);
      withRuns(store, RUN);
      store.runs.move(RUN, "running", 5);
      store.gates.insert({ gate: gateRecord(idOf(10)), owner: "", edges: null });
      assert.throws(() => store.commit(durability, () => writeAll(store)), FAULT);
      for (const reader of [store, another()]) {
        assert.equal(reader.runs.get(RUN)?.status, "running");
        assert.equal(reader.runs.get(idOf(2)), null);
        assert.deepEqual(reader.jobs.list(RUN), []);
        assert.equal(reader.calls.latest([keyOf("key")]).size, 0);
        assert.equal(reader.gates.get(idOf(10))?.status, "open");
        assert.deepEqual(reader.gates.signals(RUN), []);
        assert.equal(reader.calls.getText("1:hash"), null);
      }
    });
  }

  /** Writes something of every entity and then throws. */
  function writeAll(store: ReturnType<typeof rigOf>["store"]): never {
    store.runs.move(RUN, "failed", 6);
    store.runs.insert(newRun(idOf(2)));
    store.jobs.put(jobRow(store));
    store.calls.insert(newCall(store));
    store.calls.putText("1:hash", "text");
    const decision = { outcome: "approved", by: "ana", at: 1, comment: null, value: null } as const;
    store.gates.close(idOf(10), "resolved", decision);
    store.gates.putSignal({ id: 0, runId: RUN, gateId: idOf(10), address: "qc", state: "used", decision });
    throw FAULT;
  }

  test("the store works on after a transaction that threw: what was numbered in it is numbered anew", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    assert.throws(
      () =>
        store.commit("computed", () => {
          store.calls.taskId("lost", "hash");
          store.calls.setId("task", "[7]");
          store.runs.insert(newRun(idOf(2)));
          store.jobs.put(jobRow(store, { runId: idOf(2) }));
          throw FAULT;
        }),
      FAULT,
    );
    // Another process takes the numbers that were given back.
    const other = another();
    other.commit("computed", () => {
      other.calls.taskId("other", "hash");
      other.calls.setId("task", "[8]");
      other.runs.insert(newRun(idOf(3)));
    });
    assert.deepEqual(store.calls.task(store.calls.taskId("lost", "hash")), { name: "lost", hash: "hash" });
    assert.equal(store.calls.set(store.calls.setId("task", "[7]")), "[7]");
    withRuns(store, idOf(2));
    store.jobs.put(jobRow(store, { runId: idOf(2), number: 5 }));
    assert.deepEqual([store.jobs.list(idOf(2)).length, store.jobs.list(idOf(3)).length], [1, 0]);
  });

  test("a transaction is seen by others only when it is committed, and by its own writer at once", (t) => {
    const { store, another } = rigOf(t, options);
    const other = another();
    store.commit("computed", () => {
      store.runs.insert(newRun(RUN));
      assert.equal(store.runs.get(RUN)?.id, RUN);
      assert.equal(other.runs.get(RUN), null);
    });
    assert.equal(other.runs.get(RUN)?.id, RUN);
  });

  test("two connections write in turns and lose nothing", (t) => {
    const { store, another } = rigOf(t, options);
    const writers = [store, another()];
    for (let n = 0; n < 50; n++) {
      const writer = writers[n % 2] ?? store;
      writer.commit(n % 3 === 0 ? "durable" : "computed", () => writer.runs.insert(newRun(idOf(n))));
    }
    for (const reader of writers) assert.equal(reader.runs.list({ limit: 100 }).length, 50);
  });
}

export function testIdentities(options: StoreContractOptions): void {
  test("a file's identity is kept to the nanosecond, newest last, with whatever is committed next", (t) => {
    const { store, another } = rigOf(t, options);
    const identity = {
      uri: "file:///a%20b",
      digest: "sha256:00",
      size: 2 ** 41,
      device: 2n ** 63n + 1n,
      inode: 2n ** 62n + 3n,
      mtimeNs: -5n,
      ctimeNs: 1_763_712_000_123_456_789n,
      hashedAtNs: 1_763_712_000_123_456_790n,
    };
    assert.equal(store.files.get(identity.uri), null);
    store.files.put({ ...identity, digest: "sha256:ff" });
    store.files.put(identity);
    assert.deepEqual(store.files.get(identity.uri), identity);
    const fault = (): never => {
      throw FAULT;
    };
    assert.throws(() => store.commit("computed", fault), FAULT);
    withRuns(store, RUN);
    assert.deepEqual(another().files.get(identity.uri), identity);
  });

  test("the identities of a store that is closed are kept", (t) => {
    const { another } = rigOf(t, options);
    const [closed, other] = [another(), another()];
    const times = { device: 1n, inode: 2n, mtimeNs: 3n, ctimeNs: 4n, hashedAtNs: 5n };
    closed.files.put({ uri: "file:///a", digest: "sha256:00", size: 6, ...times });
    closed.close();
    assert.equal(other.files.get("file:///a")?.size, 6);
  });
}
