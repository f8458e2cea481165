import assert from "node:assert/strict";
import { test } from "node:test";
import { primitives } from "./primitives.ts";

const of = (name: string, ...operands: readonly unknown[]): unknown => primitives[name]?.(operands);

test("absent and null are equal, as they are when they are stored", () => {
  assert.equal(of("eq", undefined, null), true);
  assert.equal(of("ne", null, undefined), false);
  assert.equal(of("eq", null, 0), false);
  assert.equal(of("eq", [{ b: 1, a: undefined }], [{ b: 1 }]), true);
});

test("a field named __proto__ is a field like any other when records are merged", () => {
  const given = JSON.parse('{ "__proto__": { "x": 1 }, "a": 1 }') as object;
  const merged = of("merge", given, { b: 2 }) as object;
  assert.deepEqual(Object.keys(merged), ["__proto__", "a", "b"]);
  assert.equal(Object.getPrototypeOf(merged), Object.prototype);
});

test("a range that nobody can want is refused, and one of nothing is empty", () => {
  assert.deepEqual(of("range", 3), [0, 1, 2]);
  assert.deepEqual(of("range", -1), []);
  for (const count of [1e11, Infinity])
    assert.throws(() => of("range", count), {
      code: "operator-not-applicable",
      message: /at most 10,000,000/,
    });
});

test("looking up what is not there fails, in a list and a map as in a record", () => {
  assert.equal(of("lookup", ["a", "b"], 1), "b");
  assert.equal(of("lookup", new Map([["k", 1]]), "k"), 1);
  for (const [base, key] of [
    [["a"], 1],
    [["a"], -1],
    [["a"], 0.5],
    [new Map(), "k"],
    [{}, "toString"],
  ] as const)
    assert.throws(() => of("lookup", base, key), { code: "operator-not-applicable" });
});
