import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cond,
  gt,
  map,
  reduce,
  range,
  add,
  sub,
  task,
  workflow,
  z,
  catchError,
  type Lazy,
} from "@ligase/sdk";
import { reduceAll } from "./testing/drive.ts";

/* R8: depth is bounded by memory only. */

const DEPTH = 100_000;
const number = z.number();
const inc = task({ name: "inc", input: { x: number }, output: number }, ({ x }) => x + 1);
const down = task({ name: "down", input: { n: number }, output: number }, ({ n }): Lazy<number> | number =>
  n === 0 ? 0 : down({ n: n - 1 }),
);
const downAndUp = task(
  { name: "down-and-up", input: { n: number }, output: number },
  ({ n }): Lazy<number> | number => (n === 0 ? 0 : inc({ x: downAndUp({ n: n - 1 }) })),
);
const failsDeep = task(
  { name: "fails-deep", input: { n: number }, output: number },
  ({ n }): Lazy<number> => {
    if (n === 0) throw new Error("at the bottom");
    return inc({ x: failsDeep({ n: n - 1 }) });
  },
);
const nested = workflow({ name: "nested", input: { n: number }, output: number }, ({ n }): Lazy<number> =>
  cond(
    gt(n, 0),
    () => inc({ x: nested({ n: sub(n, 1) }) }),
    () => 0,
  ),
);

test("(4) a chain of 100,000 nested calls", () => {
  let x: Lazy<number> | number = 0;
  for (let n = 0; n < DEPTH; n++) x = inc({ x });
  assert.equal(reduceAll(x).value, DEPTH);
});

test("(4) a tail call to depth 100,000", () => {
  assert.equal(reduceAll(down({ n: DEPTH })).value, 0);
});

test("(4) a call around a recursive call to depth 100,000", () => {
  assert.equal(reduceAll(downAndUp({ n: DEPTH })).value, DEPTH);
});

test("(4) workflows nested to depth 100,000", () => {
  assert.equal(reduceAll(nested({ n: DEPTH })).value, DEPTH);
});

test("(4) an error rises from depth 20,000 to its handler", () => {
  assert.equal(
    reduceAll(
      catchError(
        () => failsDeep({ n: 20_000 }),
        (error) => error.message,
      ),
    ).value,
    "at the bottom",
  );
});

test("(4) a fold over 100,000 items", () => {
  assert.equal(
    reduceAll(reduce(range(DEPTH), 0, (sum: Lazy<number>, x) => add(sum, x))).value,
    (DEPTH * (DEPTH - 1)) / 2,
  );
});

test("200,000 calls that wait for the head of one value", () => {
  const source = task({ name: "source" }, () => ({ a: 1 }));
  const one = source({}) as unknown as Lazy<{ a: number }>;
  const reduced = reduceAll(
    map(range(200_000), () => one.a),
    { window: 400_000 },
  );
  assert.equal((reduced.value as number[]).length, 200_000);
});
