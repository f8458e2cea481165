import assert from "node:assert/strict";
import { test } from "node:test";
import { idOf, keyOf, rigOf, withRuns, type StoreContractOptions } from "./rig.ts";

const [ONE, OTHER] = [idOf(1), idOf(2)];
const [A, B, C] = ["a", "b", "c"].map(keyOf) as [string, string, string];

export function testClaims(options: StoreContractOptions): void {
  test("R4: of the runs that want a key, one has it until it gives it back", (t) => {
    const { store, another } = rigOf(t, options);
    withRuns(store, ONE, OTHER);
    const other = another();
    store.runs.lease(ONE, "x", 10_000);
    other.runs.lease(OTHER, "y", 10_000);
    assert.deepEqual([...store.claims.take(ONE, [A, B])].toSorted(), [A, B]);
    assert.deepEqual(other.claims.take(OTHER, [B, C]), [C]);
    assert.deepEqual(store.claims.take(ONE, [A, C]), [A], "its own again");
    store.claims.release(ONE, [A, B, C]);
    assert.deepEqual(other.claims.take(OTHER, [A, B, C]).length, 3);
    assert.deepEqual(store.claims.take(ONE, [C]), [], "what another has is not given back by mistake");
    other.claims.releaseAll(OTHER);
    assert.deepEqual(store.claims.take(ONE, [A, B, C]).length, 3);
  });

  test("what a run claimed comes free when nobody advances it any more", (t) => {
    const { store, pass } = rigOf(t, options);
    withRuns(store, ONE, OTHER);
    store.runs.lease(ONE, "x", 10_000);
    store.runs.lease(OTHER, "y", 30_000);
    store.claims.take(ONE, [A]);
    pass(11_000);
    assert.deepEqual(store.claims.take(OTHER, [A]), [A], "its lease is over");
    store.runs.lease(ONE, "x", 10_000);
    store.claims.take(ONE, [B]);
    store.runs.release(ONE, "x");
    assert.deepEqual(store.claims.take(OTHER, [B]), [B], "its lease was given back");
  });
}
