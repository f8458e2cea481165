import assert from "node:assert/strict";
import { test } from "node:test";
import {
  add,
  after,
  apply,
  catchError,
  cond,
  eq,
  fail,
  groupBy,
  gt,
  lambda,
  lt,
  map,
  partial,
  pluck,
  reduce,
  repeat,
  seq,
  settle,
  sum,
  task,
  workflow,
  z,
  type Lazy,
} from "@ligase/sdk";
import { Drive, reduceAll } from "./testing/drive.ts";

const number = z.number();
const inc = task({ name: "inc", input: { x: number }, output: number }, ({ x }) => x + 1);
const pair = task({ name: "pair", input: { a: number, b: number }, output: number }, ({ a, b }) => a + b);
const broken = task({ name: "broken", input: { why: z.string() } }, ({ why }): number => {
  throw new Error(why);
});

const value = (expression: unknown): unknown => reduceAll(expression).value;

test("a structure comes back in its shape, and a shared call is asked for once", () => {
  const a = inc({ x: 1 });
  const reduced = reduceAll([a, { k: inc({ x: a }) }]);
  assert.deepEqual(reduced.value, [2, { k: 3 }]);
  assert.deepEqual(reduced.calls, ['inc({"x":1})', 'inc({"x":2})']);
});

test("map, reduce, cond, seq and after give their values", () => {
  assert.deepEqual(value(map([1, 2, 3], (x) => inc({ x }))), [2, 3, 4]);
  assert.equal(value(reduce([1, 2, 3], 0, (before: Lazy<number>, x) => pair({ a: before, b: x }))), 6);
  assert.equal(
    value(
      cond(
        gt(inc({ x: 1 }), 1),
        () => "yes",
        () => "no",
      ),
    ),
    "yes",
  );
  assert.deepEqual(value(seq([inc({ x: 1 }), inc({ x: 2 })])), [2, 3]);
  assert.equal(value(after(inc({ x: 5 }), () => inc({ x: 1 }))), 2);
});

test("repeat runs its step at least once, tests each result, and waits between two rounds only", () => {
  assert.equal(
    value(
      repeat(
        0,
        (x) => inc({ x }),
        (x) => eq(x, 5),
      ),
    ),
    5,
  );
  assert.equal(
    value(
      repeat(
        5,
        (x) => inc({ x }),
        (x) => gt(x, 4),
      ),
    ),
    6,
  );
  const polled = new Drive(
    repeat(
      0,
      (_before, round) => inc({ x: round }),
      (x) => gt(x, 9),
      { delay: "1s", maxAttempts: 1 },
    ),
  );
  assert.deepEqual(polled.calls, ['inc({"x":0})']);
  polled.step();
  assert.ok(
    polled.result !== null && "error" in polled.result && polled.result.error.code === "repeat-limit-reached",
  );
});

test("an error goes to its handler, and settle splits good from failed", () => {
  assert.equal(
    value(
      catchError(
        () => fail("no"),
        (error) => error.message,
      ),
    ),
    "no",
  );
  const settled = value(
    settle(
      map([1, 2], (x) =>
        cond(
          eq(x, 1),
          () => fail("one"),
          () => x,
        ),
      ),
    ),
  ) as { ok: boolean }[];
  assert.deepEqual(
    settled.map(({ ok }) => ok),
    [false, true],
  );
});

test("rows are grouped while their other fields are pending", () => {
  const rows = map(
    [
      { s: "a", x: 1 },
      { s: "b", x: 2 },
      { s: "a", x: 3 },
    ],
    (row) => ({ s: row.s, y: inc({ x: row.x }) }),
  );
  const groups = map(groupBy(rows, "s"), (group) => ({
    s: group.s,
    total: pair({ a: sum(pluck(group.rows, "y")), b: 100 }),
  }));
  const drive = new Drive(groups, { pick: (running) => (running === 3 ? 2 : 0) });
  assert.deepEqual(drive.calls, ['inc({"x":1})', 'inc({"x":3})', 'inc({"x":2})'], "group by group");
  drive.step();
  assert.equal(
    drive.calls.at(-1),
    'pair({"a":3,"b":100})',
    "the sum of b is asked for while rows of a are pending",
  );
  while (drive.result === null) drive.step();
  assert.ok("value" in drive.result);
  assert.deepEqual(drive.result.value, [
    { s: "a", total: 106 },
    { s: "b", total: 103 },
  ]);
});

test("tasks and lambdas are values", () => {
  assert.equal(value(apply(partial(pair, { a: 1 }) as never, { b: 2 } as never)), 3);
  assert.equal(value(apply(lambda<[number], Lazy<number>>((x) => inc({ x })) as never, 3 as never)), 4);
});

const countUp = workflow(
  { name: "count-up", input: { n: number, to: number }, output: number },
  ({ n, to }): Lazy<number> =>
    cond(
      lt(n, to),
      () => countUp({ n: inc({ x: n }), to }),
      () => n,
    ),
);

test("a workflow opens with pending arguments and can call itself", () => {
  assert.equal(value(countUp({ n: 0, to: 50 })), 50);
});

test("the first error in the order of the template is reported, whichever comes first", () => {
  for (const at of [0, 1]) {
    const { error } = reduceAll([{ a: broken({ why: "first" }) }, broken({ why: "second" })], {
      pick: (running) => Math.min(at, running - 1),
    });
    assert.equal(error?.message, "first");
  }
});

test("a run is known to be doomed as soon as an error is sure to reach the root, and not where one is handled", () => {
  const doomed = (expression: unknown): boolean => {
    const drive = new Drive(expression);
    const call = drive.running.find(({ name }) => name === "broken");
    drive.reducer.resolve(call?.id ?? 0, { error: { kind: "user", name: "Error", message: "no" } });
    return drive.reducer.take()?.doomed !== null;
  };
  assert.equal(doomed([inc({ x: 1 }), { deep: [broken({ why: "" })] }]), true);
  assert.equal(doomed([inc({ x: 1 }), add(broken({ why: "" }), inc({ x: 2 }))]), true);
  assert.equal(
    doomed([
      inc({ x: 1 }),
      catchError(
        () => [broken({ why: "" })],
        () => 0,
      ),
    ]),
    false,
  );
  assert.equal(doomed([inc({ x: 1 }), settle(map([1], () => broken({ why: "" })))]), false);
  assert.equal(doomed([inc({ x: 1 }), map([1, 2], () => broken({ why: "" }), { minSuccess: 0 })]), false);
});
