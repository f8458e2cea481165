import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  add,
  apply,
  catchError,
  cond,
  gt,
  lambda,
  map,
  partial,
  settle,
  sub,
  task,
  workflow,
  z,
  type Lazy,
} from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Cases 1 to 10 of the conformance list: what an expression is worth, and what runs for it. */

const FILE = import.meta.filename;
const puppets = new Puppets();
const ran: string[] = [];
afterEach(() => {
  puppets.reset();
  ran.length = 0;
});

const number = z.number();
const one = task({ name: "one", output: number, light: true }, () => {
  ran.push("one");
  return 1;
});
const inc = task({ name: "inc", input: { x: number }, output: number, light: true }, ({ x }) => {
  ran.push(`inc ${x}`);
  return x + 1;
});
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });

const shapes = workflow({ name: "shapes" }, () => {
  const a = one({});
  return [a, { k: inc({ x: a }) }, { deep: [[a], { n: null, t: "text" }] }];
});

test("(1) a structure comes back in its shape with every leaf evaluated, and a shared call ran once", async () => {
  await using rig = new EngineRig(FILE);
  assert.deepEqual(await rig.value(shapes), [1, { k: 2 }, { deep: [[1], { n: null, t: "text" }] }]);
  assert.deepEqual(ran, ["one", "inc 1"]);
});

const halves = task({ name: "halves", input: { x: number }, light: true }, ({ x }) => ({
  low: inc({ x }),
  high: { of: inc({ x: x + 1 }) },
}));
const recordParts = workflow({ name: "record-parts" }, () => {
  const parts = halves({ x: 1 });
  return { all: parts, low: parts.low, sum: add(parts.low, parts.high.of) };
});

test("(2) a record with lazy fields comes back as a record, and its fields can be used apart", async () => {
  await using rig = new EngineRig(FILE);
  assert.deepEqual(await rig.value(recordParts), { all: { low: 2, high: { of: 3 } }, low: 2, sum: 5 });
});

const seen: unknown[] = [];
const look = task({ name: "look", input: { value: z.any() }, light: true }, ({ value }) => {
  seen.push(value);
  return true;
});
const bodiesSee = workflow({ name: "bodies-see" }, () =>
  look({ value: { list: [one({}), [inc({ x: 4 })]], part: halves({ x: 6 }).high } }),
);

test("(3) a body sees known values only, however deep the lazy ones were", async () => {
  await using rig = new EngineRig(FILE);
  await rig.value(bodiesSee);
  assert.deepEqual(seen, [{ list: [1, [5]], part: { of: 8 } }]);
});

const DEPTH = 2_000;
const down = task(
  { name: "down", input: { n: number }, output: number, light: true },
  ({ n }): Lazy<number> | number => (n === 0 ? 0 : down({ n: n - 1 })),
);
const downAndUp = task(
  { name: "down-and-up", input: { n: number }, output: number, light: true },
  ({ n }): Lazy<number> | number => (n === 0 ? 0 : inc({ x: downAndUp({ n: n - 1 }) })),
);
const chained = task({ name: "chained", input: { n: number }, output: number, light: true }, ({ n }) => {
  let x: Lazy<number> | number = 0;
  for (let link = 0; link < n; link++) x = inc({ x });
  return x;
});
const nested = workflow({ name: "nested", input: { n: number }, output: number }, ({ n }): Lazy<number> =>
  cond(
    gt(n, 0),
    () => inc({ x: nested({ n: sub(n, 1) }) }),
    () => 0,
  ),
);

// The depth of 100,000 is reached in reducer/depth.test.ts: here the whole engine goes deep, with keys and rows.
test("(4) tail calls, calls around tail calls, chains and nested workflows go deep", async () => {
  await using rig = new EngineRig(FILE);
  assert.equal(await rig.value(down, { n: DEPTH }), 0);
  assert.equal(await rig.value(downAndUp, { n: DEPTH }), DEPTH);
  assert.equal(await rig.value(chained, { n: DEPTH }), DEPTH);
  assert.equal(await rig.value(nested, { n: DEPTH }), DEPTH);
});

const viaTask = task({ name: "via-task", light: true }, () => add(wait({ x: 1 }), 10));
const viaOther = task({ name: "via-other", light: true }, () => add(wait({ x: 1 }), 100));
const twoParents = workflow({ name: "two-parents" }, () => [viaTask({}), viaOther({}), wait({ x: 1 })]);

test("(5) two different parents calling t(1) at the same time run it once", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(twoParents);
  (await puppets.nextCall("wait")).succeed(5);
  assert.deepEqual(valueOf(await run.ended), [15, 105, 5]);
  assert.equal(puppets.begun("wait"), 1);
  assert.equal(rig.ran(run.id, "wait"), 1);
});

const shareError = workflow({ name: "share-error" }, () => {
  const tried = (after: number) =>
    catchError(
      () => add(wait({ x: 1 }), after),
      (error) => error.message,
    );
  return [tried(1), tried(2)];
});

test("(5) two parents of one failing call share its error and its one execution", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(shareError);
  (await puppets.nextCall("wait")).fail("broken");
  assert.deepEqual(valueOf(await run.ended), ["broken", "broken"]);
  assert.equal(puppets.begun("wait"), 1);
});

const exp = puppets.task({ name: "exp", input: { x: number }, output: number });
const plus = task(
  { name: "plus", input: { a: number, b: number }, output: number, light: true },
  ({ a, b }) => a + b,
);
const equalArguments = workflow({ name: "equal-arguments" }, () => [
  exp({ x: plus({ a: 1, b: 3 }) }),
  exp({ x: add(2, 2) }),
  exp({ x: 4 }),
]);

test("(6) calls whose arguments turn out equal are one job", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(equalArguments);
  (await puppets.nextCall("exp")).succeed(54);
  assert.deepEqual(valueOf(await run.ended), [54, 54, 54]);
  assert.equal(puppets.begun("exp"), 1);
});

const unused = workflow({ name: "unused" }, () => {
  inc({ x: 99 });
  const record = { used: inc({ x: 1 }), unused: inc({ x: 98 }) };
  const parts = halves({ x: 10 });
  return [record.used, map([1, 2], (x) => ({ a: x, b: inc({ x: add(x, 90) }) }))[0]?.a, parts.low];
});

test("(7) a call that nobody uses never runs", async () => {
  await using rig = new EngineRig(FILE);
  assert.deepEqual(await rig.value(unused), [2, 1, 11]);
  assert.deepEqual(
    ran.toSorted(),
    ["inc 1", "inc 10", "inc 11"],
    "what a task returns is a value: all of it is computed",
  );
});

const failing = puppets.task({ name: "failing", input: { x: number }, output: number });
const caughtMap = workflow({ name: "caught-map" }, () =>
  catchError(
    () => map([1, 2, 3], (x) => failing({ x })),
    (error) => error.message,
  ),
);
const settledMap = workflow({ name: "settled-map" }, () =>
  map(settle(map([1, 2, 3], (x) => failing({ x }))), (item) => ({
    ok: item.ok,
    value: item.value,
    error: cond(
      item.ok,
      () => null,
      () => item.error.message,
    ),
  })),
);

const ORDERS = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 0, 2],
  [1, 2, 0],
];

for (const order of ORDERS) {
  test(`(7a) catchError and settle around a map do not depend on when an item fails: ${order.map((at) => at + 1).join(", ")}`, async () => {
    for (const [flow, expected] of [
      [caughtMap, "no 2"],
      [settledMap, [settled(10), failed("no 2"), failed("no 3")]],
    ] as const) {
      await using rig = new EngineRig(FILE);
      const run = await rig.launch(flow, {}, { onFailure: "finish" });
      const calls = [
        await puppets.nextCall("failing"),
        await puppets.nextCall("failing"),
        await puppets.nextCall("failing"),
      ];
      for (const at of order) {
        const call = calls.find(({ args }) => args["x"] === at + 1);
        if (at === 0) call?.succeed(10);
        else call?.fail(`no ${at + 1}`);
      }
      assert.deepEqual(valueOf(await run.ended), expected);
    }
  });
}

const settled = (value: number) => ({ ok: true, value, error: null });
const failed = (error: string) => ({ ok: false, value: null, error });

const inner = workflow({ name: "inner", input: { a: number, b: number } }, ({ a, b }) => ({
  first: inc({ x: a }),
  second: wait({ x: b }),
}));
const apart = workflow({ name: "apart" }, () => {
  const parts = inner({ a: wait({ x: 1 }), b: 2 });
  return { first: parts.first, second: parts.second };
});
const together = workflow({ name: "together" }, () => ({
  first: inc({ x: wait({ x: 1 }) }),
  second: wait({ x: 2 }),
}));

test("(7b) moving calls into a sub-workflow changes neither value nor parallelism", async () => {
  for (const flow of [apart, together]) {
    await using rig = new EngineRig(FILE);
    const run = await rig.launch(flow);
    const calls = [await puppets.nextCall("wait"), await puppets.nextCall("wait")];
    assert.deepEqual(
      calls.map(({ args }) => args["x"] as number).toSorted((a, b) => a - b),
      [1, 2],
      "both run, though the argument of one part is pending",
    );
    for (const call of calls) call.succeed((call.args["x"] as number) * 10);
    assert.deepEqual(valueOf(await run.ended), { first: 11, second: 20 });
  }
});

test("(7b) a part of a sub-workflow is there while another part is pending", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(apart);
  const calls = [await puppets.nextCall("wait"), await puppets.nextCall("wait")];
  calls.find(({ args }) => args["x"] === 1)?.succeed(10);
  await rig.jobEnded(run, "inc");
  calls.find(({ args }) => args["x"] === 2)?.succeed(20);
  assert.deepEqual(valueOf(await run.ended), { first: 11, second: 20 });
});

const self = task(
  { name: "self", input: { x: number }, output: number, light: true },
  ({ x }): Lazy<number> => self({ x }),
);

test("(7c) a call whose expression is itself is an error that names it", async () => {
  await using rig = new EngineRig(FILE);
  const { status, error } = await rig.end(self, { x: 1 });
  assert.deepEqual(
    { status, kind: error?.kind, code: error?.code },
    { status: "failed", kind: "misuse", code: "call-waits-for-itself" },
  );
  assert.match(error?.message ?? "", /self → self/);
});

const MISUSES: Readonly<Record<string, (x: Lazy<number>) => unknown>> = {
  "a template string": (x) => `got ${x as unknown as string}`,
  arithmetic: (x) => (x as unknown as number) + 1,
  comparison: (x) => (x as unknown as number) < 1,
  iteration: (x) => [...(x as unknown as number[])],
  JSON: (x) => JSON.stringify({ x }),
  spreading: (x) => ({ ...(x as unknown as object) }),
  assignment: (x) => ((x as unknown as { field: number }).field = 1),
};

for (const [use, misuse] of Object.entries(MISUSES)) {
  test(`(8) a lazy value in ${use} is an error with a remedy`, () => {
    assert.throws(() => misuse(inc({ x: 1 })), {
      name: "LigaseError",
      code: "lazy-value-used",
      remedy: /operators/,
    });
  });
}

const misused = task(
  { name: "misused", input: { x: number }, light: true },
  ({ x }) => `got ${inc({ x }) as unknown as string}`,
);
const hidesMisuse = workflow({ name: "hides-misuse" }, () =>
  catchError(
    () => misused({ x: 1 }),
    () => "hidden",
  ),
);

test("(8) a lazy value misused in a body fails its job, and no general handler hides that", async () => {
  await using rig = new EngineRig(FILE);
  const { status, error } = await rig.end(hidesMisuse);
  assert.equal(status, "failed");
  assert.deepEqual({ kind: error?.kind, code: error?.code }, { kind: "misuse", code: "lazy-value-used" });
});

test("(8) a condition that is not true or false is an error, never silently truthy", async () => {
  await using rig = new EngineRig(FILE);
  const { error } = await rig.end(truthy, { x: 0 });
  assert.equal(error?.code, "condition-not-boolean");
  assert.ok(error.remedy);
});

const truthy = workflow({ name: "truthy", input: { x: number } }, ({ x }) =>
  cond(
    halves({ x }).low as never,
    () => 1,
    () => 2,
  ),
);

const twice = task(
  { name: "twice", input: { f: z.any(), x: number }, output: number, light: true },
  ({ f, x }) => {
    const call = f as typeof inc;
    return call({ x: call({ x }) });
  },
);
const chooseTask = task({ name: "choose-task", input: { up: z.boolean() }, light: true }, ({ up }) =>
  up ? inc : dec,
);
const dec = task({ name: "dec", input: { x: number }, output: number, light: true }, ({ x }) => x - 1);
const higherOrder = workflow({ name: "higher-order" }, () => {
  const chosen = chooseTask({ up: false });
  const plusTen = lambda<[number], Lazy<number>>((x) => inc({ x: add(x, 10) }));
  return [
    twice({ f: inc, x: 1 }),
    apply(chosen as never, { x: 5 } as never),
    twice({ f: chosen, x: 5 }),
    apply(plusTen as never, 1 as never),
  ];
});

test("(9) a task takes and returns tasks, and lambdas are values", async () => {
  await using rig = new EngineRig(FILE);
  assert.deepEqual(await rig.value(higherOrder), [3, 4, 3, 12]);
});

const bound = workflow({ name: "bound", input: { call: z.boolean() } }, ({ call }) => {
  const later = partial(plus, { a: inc({ x: 1 }) });
  return cond(
    call,
    () => apply(later as never, { b: 10 } as never),
    () => 0,
  );
});

test("(10) a partial does not evaluate what is bound until it is called", async () => {
  await using rig = new EngineRig(FILE);
  assert.equal(await rig.value(bound, { call: false }), 0);
  assert.deepEqual(ran, []);
  assert.equal(await rig.value(bound, { call: true }), 12);
  assert.deepEqual(ran, ["inc 1"]);
});

const passedOn = task({ name: "passed-on", input: { f: z.any() }, output: number, light: true }, ({ f }) =>
  (f as typeof one)({}),
);
const partialPassed = workflow({ name: "partial-passed" }, () =>
  passedOn({ f: partial(plus, { a: inc({ x: 1 }), b: 3 }) }),
);

test("(10) a partial that is passed to a task arrives with its bound values", async () => {
  await using rig = new EngineRig(FILE);
  assert.equal(await rig.value(partialPassed), 5);
});

const inOrder = workflow({ name: "in-order" }, () => [
  wait({ x: 1 }),
  { a: wait({ x: 2 }), b: [wait({ x: 3 })] },
  map([4, 5], (x) => wait({ x })),
]);

test("calls that can start together start in the order in which they are written", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(inOrder);
  for (const x of [1, 2, 3, 4, 5]) {
    const call = await puppets.nextCall("wait");
    assert.equal(call.args["x"], x);
    call.succeed(x);
  }
  assert.deepEqual(valueOf(await run.ended), [1, { a: 2, b: [3] }, [4, 5]]);
});
