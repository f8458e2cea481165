import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  add,
  after,
  catchError,
  cond,
  eq,
  fail,
  gt,
  map,
  reduce,
  repeat,
  seq,
  settle,
  task,
  workflow,
  z,
  type Lazy,
} from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Cases 34 to 39 of the conformance list. */

const FILE = import.meta.filename;
const puppets = new Puppets();
const ran: string[] = [];
afterEach(() => {
  puppets.reset();
  ran.length = 0;
});

const number = z.number();
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });
const say = task(
  { name: "say", input: { text: z.string() }, output: z.string(), light: true },
  ({ text }) => {
    ran.push(text);
    return text;
  },
);
const broken = task({ name: "broken", input: { why: z.string() }, light: true }, ({ why }): number => {
  ran.push(why);
  throw new Error(why);
});

const clauses = workflow({ name: "clauses", input: { x: number } }, ({ x }) =>
  cond(
    eq(say({ text: "first?" }), "no"),
    () => say({ text: "first" }),
    () => gt(x, 0),
    () => say({ text: "second" }),
    () => eq(say({ text: "third?" }), "third?"),
    () => say({ text: "third" }),
    () => say({ text: "rest" }),
  ),
);

test("(34) cond reduces the chosen branch alone and tries its tests in order", async () => {
  await using rig = new EngineRig(FILE);
  assert.equal(await rig.value(clauses, { x: 1 }), "second");
  assert.deepEqual(ran, ["first?", "second"]);
  ran.length = 0;
  assert.equal(await rig.value(clauses, { x: 0 }), "third");
  assert.deepEqual(ran, ["third?", "third"], "the first test is known from the run before");
});

const handled = workflow({ name: "handled" }, () =>
  catchError(() => broken({ why: "lost" }), {
    resource: () => "resource",
    user: (error) => ({ kind: error.kind, message: error.message, task: error.task }),
  }),
);
const unmatched = workflow({ name: "unmatched" }, () =>
  catchError(() => broken({ why: "lost" }), { resource: () => "resource" }),
);
const handlerFails = workflow({ name: "handler-fails" }, () =>
  catchError(() => broken({ why: "lost" }), {
    user: () => broken({ why: "in the handler" }),
    misuse: () => "never",
  }),
);
const outerHandles = workflow({ name: "outer-handles" }, () =>
  catchError(
    () => catchError(() => fail("inner"), { resource: () => "wrong" }),
    (error) => error.message,
  ),
);

test("(35) catchError gives a matching error to its handler; others, and the handler's own, pass on", async () => {
  await using rig = new EngineRig(FILE);
  assert.deepEqual(await rig.value(handled), { kind: "user", message: "lost", task: "broken" });
  assert.equal((await rig.end(unmatched)).error?.message, "lost");
  assert.equal((await rig.end(handlerFails)).error?.message, "in the handler");
  assert.equal(await rig.value(outerHandles), "inner");
});

const twoFail = workflow({ name: "two-fail" }, () => [wait({ x: 1 }), wait({ x: 2 })]);

const twoFailDeep = workflow({ name: "two-fail-deep" }, () => ({
  later: add(wait({ x: 2 }), 1),
  all: map([{ a: 1 }, { a: 1 }], ({ a }) => ({ sum: add(a, wait({ x: 1 })) })),
}));

for (const [first, second] of [
  [1, 2],
  [2, 1],
] as const) {
  for (const onFailure of ["finish", "stop"] as const) {
    test(`(35) of several errors the first in the order of the template is reported: ${first} fails first, ${onFailure}`, async () => {
      await using rig = new EngineRig(FILE);
      for (const [callee, message] of [
        [twoFail, "no 1"],
        [twoFailDeep, "no 2"],
      ] as const) {
        const run = await rig.launch(callee, {}, { onFailure });
        const calls = [await puppets.nextCall("wait"), await puppets.nextCall("wait")];
        const failing = (x: number) => calls.find(({ args }) => args["x"] === x);
        failing(first)?.fail(`no ${first}`);
        await rig.jobEnded(run, "wait");
        failing(second)?.fail(`no ${second}`);
        assert.equal((await run.ended).error?.message, message);
      }
    });
  }
}

const slowSibling = workflow({ name: "slow-sibling", input: { ok: z.boolean() } }, ({ ok }) => [
  cond(
    ok,
    () => 0,
    () => broken({ why: "early" }),
  ),
  wait({ x: 1 }),
]);

test("(36) one branch fails, a running sibling's result is recorded and used next time", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(slowSibling, { ok: false });
  const call = await puppets.nextCall("wait");
  await rig.jobEnded(run, "broken");
  call.succeed(41);
  assert.deepEqual({ ...(await run.ended), error: null }, { status: "failed", value: null, error: null });
  assert.deepEqual(await rig.value(slowSibling, { ok: true }), [0, 41]);
  assert.equal(puppets.begun("wait"), 1);
});

test("(36) with `stop` what has not started does not start, with `finish` it does", async () => {
  for (const [onFailure, begun] of [
    ["stop", 1],
    ["finish", 3],
  ] as const) {
    puppets.reset();
    await using rig = new EngineRig(FILE);
    const run = await rig.launch(manyAndFailure, {}, { onFailure });
    const first = await puppets.nextCall("wait");
    await rig.jobEnded(run, "broken");
    first.succeed(1);
    if (onFailure === "finish") {
      (await puppets.nextCall("wait")).succeed(2);
      (await puppets.nextCall("wait")).succeed(3);
    }
    assert.equal((await run.ended).error?.message, "one failed");
    assert.equal(puppets.begun("wait"), begun);
    ran.length = 0;
  }
});

const manyAndFailure = workflow({ name: "many-and-failure" }, () => ({
  many: map([1, 2, 3], (x) => wait({ x }), { concurrency: 1 }),
  one: broken({ why: "one failed" }),
}));

const flaky = workflow({ name: "flaky" }, () => add(wait({ x: 1 }), 1));

test("(37) the same engine runs again after a failure, and a failed run can be resumed", async () => {
  await using rig = new EngineRig(FILE);
  const failed = await rig.launch(flaky);
  (await puppets.nextCall("wait")).fail("not yet");
  assert.equal((await failed.ended).status, "failed");
  const again = await rig.launch(flaky);
  (await puppets.nextCall("wait")).succeed(2);
  assert.equal(valueOf(await again.ended), 3);
  const resumed = await rig.engine.resume(failed.id);
  assert.equal(valueOf(await resumed.ended), 3);
  assert.equal(puppets.begun("wait"), 2);
});

const inOrder = workflow({ name: "in-order" }, () =>
  seq([wait({ x: 1 }), add(wait({ x: 2 }), 0), wait({ x: 3 })]),
);

test("(38) seq is strictly in order", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(inOrder);
  for (const x of [1, 2, 3]) (await puppets.nextCall("wait")).succeed(x * 10);
  assert.deepEqual(valueOf(await run.ended), [10, 20, 30]);
  assert.deepEqual(puppets.log, [
    "+ wait(1)",
    "- wait(1)",
    "+ wait(2)",
    "- wait(2)",
    "+ wait(3)",
    "- wait(3)",
  ]);
});

test("(38) seq starts nothing after a failure", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(inOrder, {}, { onFailure: "finish" });
  (await puppets.nextCall("wait")).fail("stop here");
  assert.equal((await run.ended).error?.message, "stop here");
  assert.equal(puppets.begun("wait"), 1);
});

const ordered = workflow({ name: "ordered" }, () => ({
  a: wait({ x: 1 }),
  b: after(wait({ x: 1 }), () => wait({ x: 2 })),
}));

test("(38) after orders without data, and holds nothing else up", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(ordered);
  (await puppets.nextCall("wait")).succeed(10);
  (await puppets.nextCall("wait")).succeed(20);
  assert.deepEqual(valueOf(await run.ended), { a: 10, b: 20 });
  assert.deepEqual(puppets.log, ["+ wait(1)", "- wait(1)", "+ wait(2)", "- wait(2)"]);
});

const afterFailure = workflow({ name: "after-failure" }, () =>
  after([broken({ why: "before" })], () => say({ text: "afterwards" })),
);

test("(38) what comes after a failure does not run and fails with it", async () => {
  await using rig = new EngineRig(FILE);
  assert.equal((await rig.end(afterFailure, {}, { onFailure: "finish" })).error?.message, "before");
  assert.deepEqual(ran, ["before"]);
});

const shares = workflow({ name: "shares", input: { share: number } }, () =>
  map(
    [1, 2, 3, 4],
    (x) =>
      cond(
        eq(x, 3),
        () => broken({ why: "third" }),
        () => x,
      ),
    { minSuccess: 0.75 },
  ),
);
const sharesHigh = workflow({ name: "shares-high" }, () =>
  map(
    [1, 2, 3, 4],
    (x) =>
      cond(
        eq(x, 3),
        () => broken({ why: "third" }),
        () => x,
      ),
    { minSuccess: 0.76 },
  ),
);

test("(39) map with a minimum of successes returns values and errors in place", async () => {
  await using rig = new EngineRig(FILE);
  const items = (await rig.value(shares, { share: 1 })) as {
    ok: boolean;
    value: number;
    error: { message: string } | null;
  }[];
  assert.deepEqual(
    items.map(({ ok, value, error }) => [ok, value, error?.message]),
    [
      [true, 1, undefined],
      [true, 2, undefined],
      [false, null, "third"],
      [true, 4, undefined],
    ],
  );
  const { error } = await rig.end(sharesHigh);
  assert.match(error?.message ?? "", /1 of 4 items failed.*third/);
});

test("(39) items that failed are tried again in the next run, the others are not", async () => {
  await using rig = new EngineRig(FILE);
  await rig.value(tolerant);
  assert.deepEqual(ran.toSorted(), ["four", "three"]);
  await rig.value(tolerant);
  assert.deepEqual(ran.slice(2), ["three"], "only what failed ran again");
});

const tolerant = workflow({ name: "tolerant" }, () => [
  map([1], () => broken({ why: "three" }), { minSuccess: 0 }),
  say({ text: "four" }),
]);

const narrow = workflow({ name: "narrow" }, () =>
  map([1, 2, 3, 4, 5], (x) => wait({ x }), { concurrency: 2 }),
);

test("(39) concurrency is respected: never more of a map's jobs than allowed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(narrow);
  for (const x of [1, 2, 3, 4, 5]) (await puppets.nextCall("wait")).succeed(x);
  assert.deepEqual(valueOf(await run.ended), [1, 2, 3, 4, 5]);
  assert.equal(mostAtOnce(puppets.log), 2);
});

const nestedNarrow = workflow({ name: "nested-narrow" }, () =>
  map([0, 10, 20], (base) => map([1, 2, 3], (x) => wait({ x: add(base, x) }), { concurrency: 2 }), {
    concurrency: 3,
  }),
);

test("(39) a job below two maps holds a place in each", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(nestedNarrow);
  for (let n = 0; n < 9; n++) {
    const call = await puppets.nextCall("wait");
    call.succeed(call.args["x"]);
  }
  assert.deepEqual(valueOf(await run.ended), [
    [1, 2, 3],
    [11, 12, 13],
    [21, 22, 23],
  ]);
  assert.ok(mostAtOnce(puppets.log) <= 3);
  for (const base of [0, 10, 20]) {
    const own = puppets.log.filter((line) => Math.floor(Number(/\d+/.exec(line)?.[0]) / 10) * 10 === base);
    assert.ok(mostAtOnce(own) <= 2);
  }
});

/** Most bodies that were between their `+` and their `-`. */
function mostAtOnce(log: readonly string[]): number {
  let now = 0;
  return Math.max(0, ...log.map((line) => (now += line.startsWith("+") ? 1 : -1)));
}

const folded = workflow({ name: "folded" }, () =>
  reduce([1, 2, 3], 0, (sum: Lazy<number>, x) => wait({ x: add(sum, x) })),
);

test("reduce takes one step after another", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(folded);
  for (const [x, step] of [
    [1, 10],
    [12, 20],
    [23, 30],
  ] as const) {
    const call = await puppets.nextCall("wait");
    assert.equal(call.args["x"], x);
    call.succeed(step);
  }
  assert.equal(valueOf(await run.ended), 30);
});

const polled = workflow({ name: "polled" }, () =>
  repeat(
    0,
    (_before, attempt) => wait({ x: add(attempt, 1) }),
    (state) => gt(state, 10),
    { delay: "2h", maxAttempts: 3 },
  ),
);

test("repeat waits between its rounds and gives up after its limit", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(polled);
  for (const x of [1, 2, 3]) {
    if (x > 1) await rig.pass(2 * 3_600_000);
    const call = await puppets.nextCall("wait");
    assert.equal(call.args["x"], x);
    call.succeed(x);
  }
  assert.equal((await run.ended).error?.code, "repeat-limit-reached");
});

const settledKinds = workflow({ name: "settled-kinds" }, () =>
  settle([1, broken({ why: "second" }), { k: broken({ why: "in a record" }) }] as never),
);

test("settle splits what failed anywhere inside an item", async () => {
  await using rig = new EngineRig(FILE);
  const items = (await rig.value(settledKinds)) as { ok: boolean; error: { message: string } | null }[];
  assert.deepEqual(
    items.map(({ ok, error }) => error?.message ?? ok),
    [true, "second", "in a record"],
  );
});
