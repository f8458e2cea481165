import assert from "node:assert/strict";
import { test } from "node:test";
import { cross, cond, groupBy, map, sortBy, task, workflow, z, type Lazy } from "@ligase/sdk";
import { resultShape } from "@ligase/engine/reader";
import { findTask, requireTask } from "@ligase/sdk/internal";
import { paletteFor } from "./palette.ts";
import { showValue } from "./show-value.ts";

const measure = task(
  { name: "measure", input: { x: z.int() }, output: { zoom: z.int(), area: z.int() } },
  ({ x }) => ({
    zoom: x,
    area: x,
  }),
);
const one = workflow({ name: "shape-one", input: { x: z.int() } }, ({ x }) => ({
  name: x,
  depth: measure({ x }).area,
}));
workflow({ name: "shape-many", input: { list: z.array(z.int()) } }, ({ list }) => ({
  yes: map(list, (x) => one({ x })),
  no: sortBy(
    cross(
      [{ z: 1 }],
      map(list, (x) => ({ b: x, a: x })),
    ),
    "b",
  ),
  by: groupBy(
    map(list, (x) => ({ t: x, s: x })),
    "t",
  ),
  chosen: cond(
    true,
    () => ({ q: 1, p: measure({ x: 1 }) }),
    () => ({ q: 2, p: measure({ x: 2 }) }),
  ),
}));
const calledAgain = (n: Lazy<number>): Lazy<number> => again({ n } as never) as never;
const again: (args: { n: number }) => unknown = workflow(
  { name: "shape-again", input: { n: z.int() } },
  ({ n }) => ({
    n,
    deeper: cond(
      false,
      () => calledAgain(n),
      () => 1,
    ),
  }),
);

const shown = (name: string, value: unknown): string =>
  showValue(value, {
    palette: paletteFor(false, {}),
    width: 100,
    cwd: "/",
    type: resultShape(requireTask(name), findTask),
  }).join("\n");

test("fields stand in the order in which a workflow's body wrote them, though no output is declared", () => {
  const sorted = {
    by: [{ rows: [{ s: 1, t: 1 }], t: 1 }],
    chosen: { p: { area: 1, zoom: 1 }, q: 1 },
    no: [
      { a: 1, b: 1, z: 1 },
      { a: 2, b: 2, z: 1 },
    ],
    yes: [
      { depth: 1, name: 1 },
      { depth: 2, name: 2 },
    ],
  };
  const text = shown("shape-many", sorted);
  const words = text.match(/[a-z]+/g) ?? [];
  assert.deepEqual(words, "yes name depth no z b a by t rows t s chosen q p zoom area".split(" "));
});

test("a workflow that calls itself has a shape with an end", () => {
  assert.match(shown("shape-again", { deeper: { deeper: 1, n: 2 }, n: 1 }), /^n +1\ndeeper\n +n +2/);
});
