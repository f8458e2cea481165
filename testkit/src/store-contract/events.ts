import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewEventRow, Store } from "@ligase/engine/testing";
import { gateRecord, idOf, rigOf, RUN, withRuns, type StoreContractOptions } from "./rig.ts";

const NOW = 5_000;

const event = (fields: Partial<NewEventRow> = {}): NewEventRow => ({
  source: "api",
  id: "m1",
  key: "k",
  payload: { n: 1n, when: new Date(5), list: [new Set(["a"])] },
  to: "one",
  by: "ana",
  receivedAt: NOW,
  expiresAt: NOW + 100,
  forgetAt: NOW + 200,
  ...fields,
});

export function testEvents(options: StoreContractOptions): void {
  test("an event is read as it was published, once for its source and id", (t) => {
    const { store, another } = rigOf(t, options);
    const row = event({ source: "'; --", id: "ä\u2028", by: null });
    const number = numberOf(store, row);
    const { forgetAt: _forgetAt, ...told } = row;
    const kept = { ...told, number, takenBy: [], refusedBy: [], launches: [] };
    assert.deepEqual(another().events.get(number), kept);
    assert.deepEqual(store.events.named("'; --", "ä\u2028"), kept);
    assert.equal(store.events.insert(event({ source: "'; --", id: "ä\u2028", payload: 2 })), null);
    assert.equal(another().events.insert(row), null);
    assert.deepEqual(store.events.get(number), kept);
    assert.notEqual(store.events.insert(event({ source: "other", id: "ä\u2028" })), null);
    assert.deepEqual([store.events.get(number + 100), store.events.named("api", "none")], [null, null]);
  });

  test("events are listed page by page, the newest first, of one key or of all", (t) => {
    const { store } = rigOf(t, options);
    const numbers = [1, 2, 3, 4].map((n) =>
      numberOf(store, event({ id: `${n}`, key: n % 2 ? "odd" : "even" })),
    );
    const listed = (key: string | null, before: number, limit: number): readonly number[] =>
      store.events.list(key, before, limit).map(({ number }) => number);
    assert.deepEqual(listed(null, Number.MAX_SAFE_INTEGER, 3), [numbers[3], numbers[2], numbers[1]]);
    assert.deepEqual(listed(null, numbers[1] ?? 0, 3), [numbers[0]]);
    assert.deepEqual(listed("odd", Number.MAX_SAFE_INTEGER, 3), [numbers[2], numbers[0]]);
  });

  test("open gates that wait for an event's key are found, the longest waiting first, each once", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    openGate(store, 12, { openedAt: 2 });
    openGate(store, 11, { openedAt: 3 });
    openGate(store, 10, { openedAt: 1, runId: idOf(2) });
    openGate(store, 13, { openedAt: 0, value: { key: "k2" } });
    openGate(store, 14, { openedAt: 0, kind: "input" });
    openGate(store, 15, { openedAt: 0 });
    store.gates.close(idOf(15), "cancelled", null);
    const number = numberOf(store, event());
    assert.deepEqual(store.events.waiting(number, NOW, 1), [{ id: idOf(10), runId: idOf(2) }]);
    assert.deepEqual(gatesFor(store, number), [idOf(10), idOf(12), idOf(11)]);
    assert.deepEqual(store.events.undelivered(10), [number]);
    store.events.offered(number, idOf(10), "its type is another");
    assert.deepEqual(gatesFor(store, number), [idOf(12), idOf(11)]);
    assert.deepEqual(gatesFor(store, number, NOW + 100), [], "it is over");
    store.commit("durable", () => {
      assert.deepEqual(store.events.hold(number)?.takenBy, []);
      store.events.offered(number, idOf(12), null);
    });
    assert.deepEqual(gatesFor(store, number), []);
    assert.deepEqual(store.events.undelivered(10), []);
    const told = store.events.get(number);
    assert.deepEqual(
      [told?.takenBy, told?.refusedBy],
      [[idOf(12)], [{ gate: idOf(10), reason: "its type is another" }]],
    );
    assert.deepEqual(
      store.events.awaiting("k", 10).map(({ id }) => id),
      [idOf(10), idOf(12), idOf(11)],
    );
  });

  test("kept events are found by their key, the oldest first: one until it is taken, all until they are over", (t) => {
    const { store } = rigOf(t, options);
    const [first, all, second] = [
      numberOf(store, event({ id: "1" })),
      numberOf(store, event({ id: "2", to: "all", expiresAt: NOW + 50 })),
      numberOf(store, event({ id: "3" })),
    ];
    numberOf(store, event({ id: "4", key: "k2" }));
    const kept = (gate: number, now = NOW, limit = 10): readonly number[] =>
      store.events.kept({ id: idOf(gate), key: "k" }, now, limit);
    assert.deepEqual(kept(10), [first, all, second]);
    assert.deepEqual(kept(10, NOW, 1), [first]);
    store.events.offered(first, idOf(10), null);
    store.events.offered(all, idOf(10), null);
    assert.deepEqual([kept(10), kept(11)], [[second], [all, second]]);
    store.events.offered(second, idOf(11), "no");
    assert.deepEqual([kept(10), kept(11)], [[second], [all]]);
    assert.deepEqual([kept(12, NOW + 50), kept(12, NOW + 100)], [[second], []]);
  });

  test("an event is not taken twice by one gate", (t) => {
    const { store } = rigOf(t, options);
    const number = numberOf(store, event({ to: "all" }));
    store.events.offered(number, idOf(10), null);
    assert.throws(() => store.commit("durable", () => store.events.offered(number, idOf(10), null)));
  });

  test("events are forgotten in bounded pieces, with what became of them", (t) => {
    const { store } = rigOf(t, options);
    const numbers = [1, 2, 3].map((n) => numberOf(store, event({ id: `${n}`, forgetAt: NOW + n })));
    for (const number of numbers) store.events.offered(number, idOf(10), null);
    const forget = (now: number): number => {
      let count = 0;
      store.commit("computed", () => {
        count = store.events.forget(now, 2);
      });
      return count;
    };
    assert.deepEqual([store.events.isToForget(NOW), forget(NOW)], [false, 0]);
    assert.deepEqual([store.events.isToForget(NOW + 3), forget(NOW + 3), forget(NOW + 3)], [true, 2, 1]);
    assert.deepEqual(store.events.list(null, Number.MAX_SAFE_INTEGER, 10), []);
    const again = numberOf(store, event({ id: "1" }));
    assert.deepEqual(store.events.get(again)?.takenBy, []);
  });

  test("events are found that their publisher has not offered to all who wait", (t) => {
    const { store } = rigOf(t, options);
    const [one, other, all] = [
      numberOf(store, event({ id: "1" })),
      numberOf(store, event({ id: "2" })),
      numberOf(store, event({ id: "3", to: "all" })),
    ];
    assert.deepEqual(store.events.undelivered(2), [one, other]);
    store.events.offered(one, idOf(10), null);
    store.events.offered(other, idOf(10), "no");
    store.events.offered(all, idOf(10), null);
    assert.deepEqual(store.events.undelivered(10), [other, all]);
    store.events.delivered(other);
    store.events.delivered(all);
    assert.deepEqual(store.events.undelivered(10), []);
  });

  test("keys that gates wait for are read in pages, by what they begin with", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const keys = ["file:/b", "file:/a", "file:/b", "file;", "file", "order:1"];
    for (const [n, key] of keys.entries()) openGate(store, 10 + n, { value: { key } });
    assert.deepEqual(store.events.awaitedKeys("file:", "", 10), ["file:/a", "file:/b"]);
    assert.deepEqual(store.events.awaitedKeys("file:", "", 1), ["file:/a"]);
    assert.deepEqual(store.events.awaitedKeys("file:", "file:/a", 10), ["file:/b"]);
  });

  test("a trigger launches one run for a message", (t) => {
    const { store, another } = rigOf(t, options);
    assert.equal(store.events.launchedFor("t", "m"), null);
    assert.equal(store.events.launches("t", "m", idOf(1)), true);
    assert.equal(another().events.launches("t", "m", idOf(2)), false);
    assert.equal(another().events.launchedFor("t", "m"), idOf(1));
    assert.equal(store.events.launches("u", "m", idOf(2)), true);
    assert.equal(store.events.launches("t", "n", idOf(3)), true);
  });

  test("an event is to launch a run for each trigger with its key, or with the beginning of it", (t) => {
    const { store, another } = rigOf(t, options);
    const triggers = [
      { name: "exact", key: "k:1", isPrefix: false },
      { name: "prefix", key: "k:", isPrefix: true },
    ];
    store.commit("durable", () => store.events.putEventTriggers("a.ts", triggers));
    store.commit("durable", () =>
      store.events.putEventTriggers("b.ts", [{ name: "odd", key: "%", isPrefix: true }]),
    );
    assert.deepEqual(another().events.eventTriggers("a.ts"), triggers);
    const launchedBy = (id: string, key: string): readonly string[] => {
      let number = 0;
      store.commit("durable", () => {
        number = numberOf(store, event({ id, key }));
        store.events.addLaunches(number, key);
      });
      return (store.events.get(number)?.launches ?? []).map(({ trigger }) => trigger);
    };
    const keys = ["k:1", "k:", "k", "k:12", "K:1", "%_", "é"];
    assert.deepEqual(
      keys.map((key) => launchedBy(key, key)),
      [["exact", "prefix"], ["prefix"], [], ["prefix"], [], ["odd"], []],
    );
    store.commit("durable", () => store.events.putEventTriggers("a.ts", triggers.slice(0, 1)));
    assert.deepEqual(launchedBy("again", "k:2"), []);
  });

  test("an event launches a run for a trigger once, in time, and is forgotten with its launches", (t) => {
    const { store, another } = rigOf(t, options);
    const trigger = [{ name: "t", key: "k", isPrefix: false }];
    store.commit("durable", () => store.events.putEventTriggers("a.ts", trigger));
    const [one, two, late] = [event({ id: "1" }), event({ id: "2" }), event({ id: "3", expiresAt: NOW })].map(
      (row) => {
        let number = 0;
        store.commit("durable", () => {
          number = numberOf(store, row);
          assert.equal(store.events.addLaunches(number, row.key), true);
        });
        return number;
      },
    ) as [number, number, number];
    const { events } = another();
    assert.deepEqual(events.toLaunch("t", 0, NOW, 10), [one, two], `not ${late}, whose time is up`);
    assert.deepEqual(events.toLaunch("t", one, NOW, 10), [two]);
    assert.deepEqual(events.toLaunch("u", 0, NOW, 10), []);
    assert.equal(store.events.launched(one, "t", idOf(1)), true);
    assert.equal(events.launched(one, "t", idOf(2)), false);
    store.commit("durable", () => store.events.notLaunched(two, "t", "no"));
    store.commit("durable", () => store.events.notLaunched(one, "t", "no"));
    assert.equal(events.launched(two, "t", idOf(2)), false);
    assert.deepEqual(store.events.get(one)?.launches, [{ trigger: "t", run: idOf(1), problem: null }]);
    assert.deepEqual(events.get(two)?.launches, [{ trigger: "t", run: null, problem: "no" }]);
    assert.deepEqual(events.toLaunch("t", 0, NOW, 10), []);
    store.commit("computed", () => assert.equal(store.events.forget(NOW + 200, 10), 3));
    assert.equal(numberOf(store, event({ id: "1" })) > 0, true);
    assert.deepEqual(store.events.named("api", "1")?.launches, []);
  });

  test("how far a source came is kept with the transaction that says so", (t) => {
    const { store, another } = rigOf(t, options);
    assert.equal(store.events.cursor("source:a"), null);
    store.events.putCursor("source:a", "1");
    assert.throws(() =>
      store.commit("durable", () => {
        store.events.putCursor("source:a", "2");
        throw new Error("a fault");
      }),
    );
    assert.equal(another().events.cursor("source:a"), "1");
    store.commit("durable", () => store.events.putCursor("source:a", "3"));
    assert.deepEqual([another().events.cursor("source:a"), store.events.cursor("source:b")], ["3", null]);
  });
}

function numberOf(store: Store, row: NewEventRow): number {
  const number = store.events.insert(row);
  assert.ok(number !== null);
  return number;
}

const gatesFor = (store: Store, number: number, now = NOW): readonly string[] =>
  store.events.waiting(number, now, 10).map(({ id }) => id);

function openGate(store: Store, n: number, fields: Parameters<typeof gateRecord>[1]): void {
  const gate = gateRecord(idOf(n), { kind: "event", value: { key: "k" }, path: `p${n}`, ...fields });
  store.gates.insert({ gate, owner: "", edges: null });
}
