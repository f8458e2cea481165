import assert from "node:assert/strict";
import { test } from "node:test";
import type { DecisionRecord, GateRecord } from "@ligase/engine/testing";
import { gateRecord, idOf, rigOf, RUN, withRuns, type StoreContractOptions } from "./rig.ts";

const decision = (fields: Partial<DecisionRecord> = {}): DecisionRecord => ({
  outcome: "approved",
  by: "ana",
  at: 3_000,
  comment: null,
  value: null,
  ...fields,
});

export function testGates(options: StoreContractOptions): void {
  test("a gate is read as it was opened: value, evidence, form and policy", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    const gate = gateRecord(idOf(10));
    store.commit("durable", () => store.gates.insert({ gate, owner: "key", edges: null }));
    assert.deepEqual(store.gates.get(gate.id), gate);
    assert.deepEqual(another().gates.get(gate.id), gate);
    assert.equal(store.gates.get(idOf(11)), null);
  });

  test("C21: a place of a run has one gate, found by owner and path", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const gate = gateRecord(idOf(10));
    store.gates.insert({ gate, owner: "key", edges: null });
    assert.throws(() => store.gates.insert({ gate: { ...gate, id: idOf(11) }, owner: "key", edges: null }));
    store.gates.insert({ gate: { ...gate, id: idOf(12) }, owner: "", edges: null });
    store.gates.insert({ gate: { ...gate, id: idOf(13), runId: idOf(2) }, owner: "key", edges: null });
    assert.equal(store.gates.at(RUN, "key", gate.path)?.id, idOf(10));
    assert.equal(store.gates.at(RUN, "", gate.path)?.id, idOf(12));
    assert.equal(store.gates.at(idOf(2), "key", gate.path)?.id, idOf(13));
    assert.equal(store.gates.at(RUN, "key", "elsewhere"), null);
  });

  test("gates are listed of a run, and the open ones of all runs", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const gates = [1, 2, 3].map((n) =>
      gateRecord(idOf(10 + n), { path: `p${n}`, openedAt: n, runId: n === 3 ? idOf(2) : RUN }),
    );
    for (const gate of gates.toReversed()) store.gates.insert({ gate, owner: "", edges: null });
    store.gates.close(idOf(11), "expired", null);
    const ids = (found: readonly GateRecord[]): readonly string[] => found.map(({ id }) => id);
    assert.deepEqual(ids(store.gates.list(RUN)), [idOf(11), idOf(12)]);
    assert.deepEqual(ids(store.gates.list(idOf(2))), [idOf(13)]);
    assert.deepEqual(ids(store.gates.open(null, 10)), [idOf(12), idOf(13)]);
  });

  test("the open gates of all runs are read page by page, also those that opened at one time", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const gates = [1, 2, 3, 4, 5].map((n) =>
      gateRecord(idOf(10 + n), { path: `p${n}`, openedAt: n < 4 ? 7 : 8 }),
    );
    for (const gate of gates.toReversed()) store.gates.insert({ gate, owner: "", edges: null });
    const pages: (readonly string[])[] = [];
    for (
      let page = store.gates.open(null, 2);
      page.length > 0;
      page = store.gates.open(page.at(-1) ?? null, 2)
    )
      pages.push(page.map(({ path }) => path));
    assert.deepEqual(pages, [["p1", "p2"], ["p3", "p4"], ["p5"]]);
  });

  test("gates for people are found by when they opened, changed, were voted for or closed, each time later", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    const { now: before, gates: none } = store.gates.changedForPeople();
    assert.deepEqual(none, []);
    const open = (n: number, fields: Partial<GateRecord> = {}): GateRecord => {
      const gate = gateRecord(idOf(n), { path: `p${n}`, openedAt: before + n, ...fields });
      store.gates.insert({ gate, owner: "", edges: null });
      return gate;
    };
    const [first, second] = [open(10), open(11)];
    open(12, { kind: "sleep" });
    open(13, { openedAt: before - 5 });
    const changed = (reader = store): ReadonlyMap<string, number> =>
      new Map(
        reader.gates
          .changedForPeople(before)
          .gates.map(({ id, runId, changedAt }) => [`${id} of ${runId}`, changedAt]),
      );
    const names = [first, second].map(({ id }) => `${id} of ${RUN}`) as [string, string];
    assert.deepEqual(
      [...changed()],
      [
        [names[0], first.openedAt],
        [names[1], second.openedAt],
      ],
    );
    let last = first.openedAt;
    const later: readonly (() => void)[] = [
      () => store.gates.change(first.id, { ...first, reminded: 1 }),
      () => another().gates.voted(first.id),
      () => store.gates.close(first.id, "resolved", decision()),
    ];
    for (const [step, act] of later.entries()) {
      act();
      const at = changed(another()).get(names[0]) ?? 0;
      assert.ok(at > last, `step ${step}`);
      last = at;
    }
    store.gates.close(first.id, "expired", null);
    assert.equal(changed().get(names[0]), last, "it was closed already");
    assert.equal(changed().get(names[1]), second.openedAt, "of the other nothing changed");
  });

  test("gates of a run are found by their path and by their name", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    for (const [n, path] of ["map[a]/qc", "map[b]/qc", "map[a]/qc"].entries())
      store.gates.insert({
        gate: gateRecord(idOf(10 + n), { path, openedAt: n }),
        owner: `o${n}`,
        edges: null,
      });
    const other = gateRecord(idOf(20), { path: "map[a]/qc", runId: idOf(2) });
    store.gates.insert({ gate: other, owner: "", edges: null });
    const ids = (by: "path" | "name", text: string): readonly string[] =>
      store.gates.addressed(RUN, by, text).map(({ id }) => id);
    assert.deepEqual(ids("path", "map[a]/qc"), [idOf(10), idOf(12)]);
    assert.deepEqual(ids("name", "qc"), [idOf(10), idOf(11), idOf(12)]);
    assert.deepEqual([ids("path", "qc"), ids("name", "map[a]/qc")], [[], []]);
  });

  test("C22: what was decided before at a place is the newest decision there, of runs of one name", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const open = (n: number, more: { path?: string; runId?: string; owner?: string } = {}): void => {
      const { owner = "", ...place } = more;
      store.gates.insert({
        gate: gateRecord(idOf(n), { path: "qc", openedAt: n, ...place }),
        owner,
        edges: null,
      });
    };
    const close = (n: number): boolean => store.gates.close(idOf(n), "resolved", decision({ by: `by ${n}` }));
    open(10);
    assert.equal(store.gates.decidedBefore(idOf(10)), null);
    close(10);
    open(11, { runId: idOf(2) });
    assert.equal(store.gates.decidedBefore(idOf(11))?.id, idOf(10));
    close(11);
    open(12, { path: "other" });
    open(13, { owner: "a task" });
    close(13);
    open(14, { owner: " round 2" });
    store.gates.close(idOf(14), "cancelled", null);
    open(15, { owner: " round 3" });
    open(16, { owner: "a task round 2" });
    assert.equal(store.gates.decidedBefore(idOf(12)), null, "another path");
    assert.equal(store.gates.decidedBefore(idOf(15))?.id, idOf(11), "the newest, and not of another owner");
    assert.equal(store.gates.decidedBefore(idOf(16))?.id, idOf(13), "the round before");
    assert.equal(store.gates.decidedBefore(idOf(99)), null);
  });

  test("C20: the first decision closes a gate, and another changes nothing", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    store.gates.insert({ gate: gateRecord(idOf(10)), owner: "", edges: null });
    const first = decision({ comment: "fine", value: { at: new Date(7) } });
    assert.equal(another().gates.close(idOf(10), "resolved", first), true);
    assert.equal(store.gates.close(idOf(10), "resolved", decision({ by: "ben" })), false);
    assert.equal(store.gates.close(idOf(10), "expired", null), false);
    assert.deepEqual(
      [store.gates.get(idOf(10))?.status, store.gates.get(idOf(10))?.decision],
      ["resolved", first],
    );
    assert.equal(store.gates.close(idOf(11), "resolved", first), false, "no such gate");
  });

  test("C23: a decision on equal content can be used again, the newest, and only a decision", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const open = (n: number, contentHash: string): void =>
      store.gates.insert({
        gate: gateRecord(idOf(n), { path: `p${n}`, openedAt: n, contentHash }),
        owner: "",
        edges: null,
      });
    for (const n of [10, 11, 12, 13]) open(n, "1:same");
    open(14, "1:other");
    assert.equal(store.gates.reusable("1:same"), null);
    for (const [n, by] of [
      [10, "first"],
      [11, "second"],
    ] as const) {
      const voted = { id: 0, runId: RUN, gateId: idOf(n), address: `p${n}`, state: "used" } as const;
      store.gates.putSignal({ ...voted, decision: decision({ by }) });
      store.gates.close(idOf(n), "resolved", decision({ by }));
    }
    open(15, "1:same");
    store.gates.close(idOf(15), "resolved", decision({ by: "nobody's vote" }));
    store.gates.close(idOf(12), "expired", decision({ outcome: "expired", by: null }));
    store.gates.close(idOf(13), "cancelled", null);
    assert.deepEqual(store.gates.reusable("1:same")?.decision, decision({ by: "second" }));
    assert.equal(store.gates.reusable("1:other"), null);
  });
}

export function testSignals(options: StoreContractOptions): void {
  test("C24: early signals wait for their place in their order, and are used once", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const put = (runId: string, address: string, by: string): void =>
      store.gates.putSignal({
        id: 0,
        runId,
        gateId: null,
        address,
        state: "early",
        decision: decision({ by }),
      });
    put(RUN, "qc", "ana");
    put(RUN, "qc", "ben");
    put(RUN, "other", "cid");
    put(idOf(2), "qc", "dan");
    const early = store.gates.early(RUN, "qc");
    assert.deepEqual(
      early.map((signal) => signal.decision.by),
      ["ana", "ben"],
    );
    store.gates.useEarly(early[0]?.id ?? -1, idOf(10));
    assert.equal(store.gates.countEarly(RUN), 2);
    assert.deepEqual(
      store.gates.votes(idOf(10)).map(({ decision: { by } }) => by),
      ["ana"],
    );
    assert.deepEqual(
      store.gates.early(RUN, "qc").map((signal) => signal.decision.by),
      ["ben"],
    );
    assert.deepEqual(
      store.gates.signals(RUN).map(({ state }) => state),
      ["used", "early", "early"],
    );
  });

  test("C20: a vote is replaced by another of its voter in one transaction, and stays as it was", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, RUN);
    const sent = { id: 0, runId: RUN, gateId: idOf(10), address: "qc", state: "used" } as const;
    const vote = (comment: string) => ({ ...sent, decision: decision({ by: "ana", comment }) });
    store.commit("durable", () => store.gates.putSignal(vote("first")));
    store.commit("durable", () => {
      const [before] = store.gates.votes(idOf(10));
      store.gates.replaceVote(before?.id ?? -1);
      store.gates.putSignal(vote("second"));
    });
    const comments = another()
      .gates.votes(idOf(10))
      .map(({ decision: { comment } }) => comment);
    assert.deepEqual(comments, ["second"]);
    assert.deepEqual(
      store.gates.signals(RUN).map(({ state, decision: { comment } }) => [state, comment]),
      [
        ["replaced", "first"],
        ["used", "second"],
      ],
    );
  });

  test("C20: of one voter one signal counts for a gate", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const put = (state: "used" | "refused", by: string): void =>
      store.commit("durable", () =>
        store.gates.putSignal({
          id: 0,
          runId: RUN,
          gateId: idOf(10),
          address: "qc",
          state,
          decision: decision({ by }),
        }),
      );
    put("used", "ana");
    assert.throws(() => put("used", "ana"));
    put("refused", "ana");
    put("used", "ben");
    assert.deepEqual(
      store.gates.votes(idOf(10)).map(({ decision: { by } }) => by),
      ["ana", "ben"],
    );
  });

  test("who may decide a gate, and until when, can change while it is open", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const gate = gateRecord(idOf(10));
    store.gates.insert({ gate, owner: "", edges: null });
    const change = { deciders: null, isEscalated: true, deadlineAt: null, reminded: 2, callers: [7] };
    store.commit("durable", () => {
      assert.deepEqual(store.gates.hold(gate.id), gate);
      store.gates.change(gate.id, change);
    });
    assert.deepEqual(store.gates.get(gate.id), { ...gate, ...change });
    assert.equal(store.gates.hold(idOf(11)), null);
  });

  test("signals are kept in the order they came, those that were refused too", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    const signals = (["used", "refused", "refused"] as const).map((state, n) => ({
      id: 0,
      runId: RUN,
      gateId: idOf(10),
      address: "map[S1]/qc",
      state,
      decision: decision({ at: n, comment: "'; DROP TABLE signal; --" }),
    }));
    for (const signal of signals) store.gates.putSignal(signal);
    assert.deepEqual(
      store.gates.signals(RUN).map(({ id: _id, ...rest }) => rest),
      signals.map(({ id: _id, ...rest }) => rest),
    );
    assert.equal(new Set(store.gates.signals(RUN).map(({ id }) => id)).size, 3);
  });
}
