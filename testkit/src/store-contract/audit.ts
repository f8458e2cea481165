import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "@ligase/engine/testing";
import { idOf, RUN, rigOf, withRuns, type StoreContractOptions } from "./rig.ts";

const entry = (number: number, fields: Partial<AuditEntry> = {}): AuditEntry => ({
  number,
  at: number,
  actor: null,
  action: "gate-opened",
  subject: "gate",
  detail: { shown: "1:x", comment: null },
  hash: `h${number}`,
  ...fields,
});

export function testAudit(options: StoreContractOptions): void {
  test("the chain of a run is read as it was written, and its end is known", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN, idOf(2));
    const entries = [entry(1), entry(2, { actor: "ana", action: "voted" })];
    store.commit("durable", () => {
      assert.equal(store.audit.holdLast(RUN), null);
      for (const one of entries) store.audit.add(RUN, one);
      store.audit.add(idOf(2), entry(1, { hash: "other" }));
    });
    assert.deepEqual(store.audit.list(RUN), entries);
    store.commit("durable", () => assert.deepEqual(store.audit.holdLast(RUN), entries[1]));
  });

  test("a place in the chain is taken once", (t) => {
    const { store } = rigOf(t, options);
    withRuns(store, RUN);
    store.commit("durable", () => store.audit.add(RUN, entry(1)));
    assert.throws(() => store.commit("durable", () => store.audit.add(RUN, entry(1, { hash: "another" }))));
    assert.deepEqual(store.audit.list(RUN), [entry(1)]);
  });
}
