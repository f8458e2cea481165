import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { nodeOf, type Lazy } from "../graph/lazy.ts";
import { requireTask } from "./registry.ts";
import { repeat } from "./control.ts";
import { add, div, max, min, mod, mul, sub, sum } from "./operators.ts";
import { task } from "./task.ts";
import { workflow } from "./workflow.ts";

const kindOf = (value: Lazy<number>): string | undefined => nodeOf(value).type?.kind;
const input = {
  n: z.int(),
  x: z.number(),
  lane: z.literal([1, 2]),
  counts: z.array(z.int()),
  shares: z.array(z.number()),
};

test("arithmetic of integers is an integer, of anything else a number", () => {
  let traced = false;
  workflow({ name: "operators-kinds", input }, ({ n, x, lane, counts, shares }) => {
    const integers = [
      add(n, 1),
      sub(n, lane),
      mul(n, n, 2),
      mod(n, 3),
      min(n, 0),
      max(n, add(n, 1)),
      sum(counts),
      sum([n, 1]),
    ];
    assert.deepEqual(
      integers.map(kindOf),
      integers.map(() => "integer"),
    );
    const numbers = [
      add(n, 0.5),
      sub(n, x),
      mul(x, 2),
      mod(x, n),
      min(n, x),
      max(1, 0.1),
      sum(shares),
      sum([n, x]),
      div(n, 2),
    ];
    assert.deepEqual(
      numbers.map(kindOf),
      numbers.map(() => "number"),
    );
    traced = true;
    return n;
  });
  definitionOf("operators-kinds");
  assert.ok(traced);
});

test("a round plus one fits an integer of a task, a half does not", () => {
  const next = task(
    { name: "operators-next", input: { round: z.int() }, output: z.number() },
    ({ round }) => round,
  );
  const rounds = (name: string, step: number) =>
    workflow({ name, input: {} }, () =>
      repeat<number>(
        0,
        (_before, round) => next({ round: add(round, step) }),
        () => true,
      ),
    );
  rounds("operators-whole", 1);
  rounds("operators-half", 0.5);
  definitionOf("operators-whole");
  assert.throws(() => definitionOf("operators-half"), { code: "wrong-argument" });
});

/** Reading the template traces the workflow. */
function definitionOf(name: string): unknown {
  const definition = requireTask(name);
  assert.ok(definition.kind === "workflow");
  return definition.template;
}
