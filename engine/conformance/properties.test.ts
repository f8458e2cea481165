import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { task, z } from "@ligase/sdk";
import { EngineRig } from "../../testkit/src/engine-rig.ts";
import { reduceAll } from "../src/reducer/testing/drive.ts";
import { build, randomGraph, type NumberExpression } from "./random-graph.ts";
import { worthOf, type Worth } from "./reference.ts";

/* Principles R1, R2 and R4 on random graphs. */

const orders = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });

test("R1: a graph gives the same value, or the same first error, in any completion order and with any window", () => {
  fc.assert(
    fc.property(randomGraph, orders, fc.integer({ min: 1, max: 5 }), (graph, order, window) => {
      let step = 0;
      const pick = (running: number): number =>
        (order[step++ % order.length] as number) % Math.max(1, running);
      const { value, error } = reduceAll(build(graph), { pick, window });
      assert.deepEqual(error === null ? { value } : { error: error.message }, worthOf(graph));
    }),
    { numRuns: 1_500 },
  );
});

test("R4: no call is asked for twice", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const { calls } = reduceAll(build(graph));
      assert.equal(new Set(calls).size, calls.length);
    }),
    { numRuns: 300 },
  );
});

const FILE = import.meta.filename;
const graphTask = task({ name: "graph", input: { graph: z.any() }, light: true }, ({ graph }) =>
  build(graph as NumberExpression),
);

test("R2: a graph is worth the same computed, cached, walked through and computed anew", async () => {
  await using rig = new EngineRig(FILE);
  const worth = async (graph: NumberExpression, check: "proof" | "full" | "none"): Promise<Worth> => {
    const { status, value, error } = await rig.end(graphTask, { graph }, { check, onFailure: "finish" });
    return status === "succeeded" ? { value: value as number } : { error: error?.message ?? "" };
  };
  await fc.assert(
    fc.asyncProperty(randomGraph, async (graph) => {
      const expected = worthOf(graph);
      for (const check of ["proof", "proof", "full", "none"] as const)
        assert.deepEqual(await worth(graph, check), expected);
    }),
    { numRuns: 25 },
  );
});
