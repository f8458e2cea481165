import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  add,
  after,
  all,
  approve,
  catchError,
  cond,
  eq,
  map,
  reduce,
  signal,
  task,
  waitForInput,
  workflow,
  z,
  type Lazy,
} from "@ligase/sdk";
import type { Decision } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";
import { yes } from "./fixtures/approval.ts";

/* Case 41 of the conformance list: signals that come before their gate (C24). */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });

const gated = workflow({ name: "gated" }, () => add(approve(wait({ x: 1 }), { name: "qc" }), 1));

test("(41) a signal that comes before its gate is used when the gate opens", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(gated);
  const call = await puppets.nextCall("wait");
  assert.equal(rig.engine.decide(yes(run, "qc")), "kept");
  call.succeed(41);
  assert.equal(valueOf(await run.ended), 42);
  assert.deepEqual(
    rig.engine.inspect.gates(run.id).map(({ status, decision }) => [status, decision?.by]),
    [["resolved", "ada"]],
  );
});

const shown = workflow({ name: "shown" }, () => approve(1, { name: "look", show: [wait({ x: 1 })] }));

test("(41) an approval with evidence is not decided unseen", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(shown);
  const call = await puppets.nextCall("wait");
  assert.throws(() => rig.engine.decide(yes(run, "look")), { code: "evidence-not-seen" });
  call.succeed(7);
  const [gate] = await rig.gates(run);
  assert.deepEqual(gate?.evidence, [7]);
  rig.engine.decide(yes(run, "look"));
  assert.equal(valueOf(await run.ended), 1);
});

test("(41) a signal to a gate that cannot come, to a run that is over, to no run: refused", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(gated);
  const call = await puppets.nextCall("wait");
  assert.throws(() => rig.engine.decide(yes(run, "other")), { code: "gate-not-found" });
  assert.throws(() => rig.engine.decide({ ...yes(run, "qc"), run: "none" }), { code: "run-not-found" });
  call.fail("broken");
  await run.ended;
  assert.throws(() => rig.engine.decide(yes(run, "qc")), { code: "run-ended" });
});

const asked = workflow({ name: "asked" }, () => {
  const ready = wait({ x: 1 });
  return cond(
    gtZero({ x: ready }),
    () => waitForInput(z.object({ depth: number, note: z.string().default("none") }), { name: "depth" }),
    () => null,
  );
});
const gtZero = task(
  { name: "gt-zero", input: { x: number }, output: z.boolean(), light: true },
  ({ x }) => x > 0,
);

test("(41) an early signal is checked by the form of its gate when it comes", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(asked);
  const call = await puppets.nextCall("wait");
  const answer = (value: unknown, more: Partial<Decision> = {}) =>
    rig.engine.decide({ ...yes(run, "depth"), outcome: "answered", value, ...more });
  assert.throws(() => answer({ depth: "deep" }), { code: "signal-not-valid", message: /depth/ });
  assert.throws(() => answer(null, { outcome: "approved" }), { code: "signal-not-valid" });
  assert.equal(answer({ depth: 30 }), "kept");
  call.succeed(1);
  assert.deepEqual(valueOf(await run.ended), { depth: 30, note: "none" });
});

test("(41) an early signal that turns out wrong for a gate of a dynamic task is kept as evidence, and the gate stays open", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(dynamicLater);
  const call = await puppets.nextCall("wait");
  assert.equal(rig.engine.decide({ ...yes(run, "how-many"), outcome: "answered", value: "many" }), "kept");
  call.succeed(1);
  const [gate] = await rig.gates(run);
  assert.equal(gate?.status, "open");
  rig.engine.decide({ ...yes(run, "how-many"), outcome: "answered", value: 3 });
  assert.deepEqual(valueOf(await run.ended), { answer: 3 });
});

const dynamicAfter = task({ name: "dynamic-after", input: { x: number }, light: true }, () => ({
  answer: waitForInput(number, { name: "how-many" }),
}));
const dynamicLater = workflow({ name: "dynamic-later" }, () => dynamicAfter({ x: wait({ x: 1 }) }));

test("(41) an early signal by name is refused where the gate may open more than once, and taken by path", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(laterItems);
  const call = await puppets.nextCall("wait");
  assert.throws(() => rig.engine.decide(yes(run, "item")), { code: "gate-not-unique" });
  assert.equal(rig.engine.decide(yes(run, "later-items/after/map[2]/item")), "kept");
  call.succeed(1);
  const [gate] = await rig.gates(run);
  assert.equal(gate?.path, "later-items/after/map[1]/item");
  rig.engine.decide(yes(run, "later-items/after/map[1]/item"));
  assert.deepEqual(valueOf(await run.ended), [1, 2]);
});

const eachStep = workflow(
  { name: "each-step", input: { ids: z.array(z.string()), depth: signal(number) } },
  (input) => {
    const ready = wait({ x: 1 });
    const item = (id: Lazy<string>) =>
      catchError(() => approve(id, { name: "ok" }), { rejected: () => "no" });
    return {
      each: after(ready, () => map(input.ids, item)),
      places: after(ready, () => map(all([ready, 2]), (x) => inner({ x, depth: input.depth }))),
      branch: cond(
        eq(ready, 1),
        () => approve("then", { name: "then" }),
        () => reduce([1], 0, (sum) => add(sum, approve(1, { name: "step" }))),
      ),
      given: inner({ x: ready, depth: 3 }),
    };
  },
);
const inner = workflow({ name: "inner-step", input: { x: number, depth: signal(number) } }, ({ x, depth }) =>
  add(x, depth),
);

test("(41) C24: an early signal to a path that the compiled graph cannot have is refused", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(eachStep, { ids: ["a", "b/c"] });
  const call = await puppets.nextCall("wait");
  const keeps = (path: string): unknown =>
    rig.engine.decide(yes(run, `each-step/${path}`, { comment: path }));
  for (const path of [
    "after/map[b/c]/catchError/ok",
    "cond.1/then",
    "cond.2/reduce[0]/step",
    "cond.2/reduce[7]/step",
  ])
    assert.equal(keeps(path), "kept", path);
  for (const path of [
    "after/map[c]/catchError/ok",
    "after/map[#0]/catchError/ok",
    "after/map[a]/ok",
    "map[a]/catchError/ok",
    "after/map[a]/catchError/ok/ok",
    "cond.3/then",
    "cond.2/then",
    "cond.2/reduce/step",
    "then",
    "inner-step/depth",
    "inner-step~2/depth",
    "after~2/map[#0]/inner-step/depth",
  ])
    assert.throws(() => keeps(path), { code: "gate-not-found" }, path);
  // Of the inputs named so one alone is awaited: those of the inner workflow are given.
  assert.equal(rig.engine.decide({ ...yes(run, "depth"), outcome: "answered", value: 2 }), "kept");
  call.succeed(1);
  const [gate] = await rig.gates(run);
  assert.equal(gate?.path, "each-step/after/map[a]/catchError/ok");
  rig.engine.decide(yes(run, gate?.id ?? ""));
  assert.deepEqual(valueOf(await run.ended), {
    each: ["a", "b/c"],
    places: [3, 4],
    branch: "then",
    given: 4,
  });
});

test("(41) C24: an early signal to an input that was given at launch is refused", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(awaits, { depth: 1 });
  const call = await puppets.nextCall("wait");
  const late: Decision = { ...yes(run, "depth"), outcome: "answered", value: 2 };
  assert.throws(() => rig.engine.decide(late), { code: "gate-not-found" });
  assert.throws(() => rig.engine.decide({ ...late, gate: "awaits/depth" }), { code: "gate-not-found" });
  call.succeed(1);
  const [gate] = await rig.gates(run);
  rig.engine.decide(yes(run, gate?.id ?? ""));
  assert.deepEqual(valueOf(await run.ended), [1, 1]);
});

const awaits = workflow({ name: "awaits", input: { depth: signal(number) } }, ({ depth }) => [
  approve(wait({ x: 1 }), { name: "look" }),
  depth,
]);

const laterItems = workflow({ name: "later-items" }, () =>
  after(wait({ x: 1 }), () => map([1, 2], (x) => approve(x, { name: "item" }))),
);
