import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { add, after, map, signal, task, workflow, z } from "@ligase/sdk";
import { requireTask, toJsonSchema } from "@ligase/sdk/internal";
import type { Decision, RunHandle } from "@ligase/engine";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Inputs of workflows that may come later: at launch, by their names, or awaited at a gate (cases 41 and 43a). */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });

const says = (run: RunHandle, gate: string, value: unknown, more: Partial<Decision> = {}): Decision => ({
  run: run.id,
  gate,
  outcome: "answered",
  by: "ana",
  value,
  ...more,
});

const cut = workflow(
  { name: "cut", input: { x: number, threshold: signal(number.min(0), { question: "Above which value?" }) } },
  ({ x, threshold }) => [add(wait({ x }), threshold), threshold],
);

test("an input that may come later is given at launch like any other: no gate opens", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(cut, { x: 1, threshold: 5 });
  (await puppets.nextCall("wait")).succeed(10);
  assert.deepEqual(valueOf(await run.ended), [15, 5]);
  assert.deepEqual(rig.engine.inspect.gates(run.id), []);
  await assert.rejects(rig.launch(cut, { x: 1, threshold: -5 }), { code: "argument-not-valid" });
});

test("not given, it is awaited at one gate of its name, whatever the number of its uses", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(cut, { x: 1 });
  (await puppets.nextCall("wait")).succeed(10);
  const gates = await rig.gates(run);
  assert.deepEqual(
    gates.map(({ path, kind, question }) => [path, kind, question]),
    [["cut/threshold", "input", "Above which value?"]],
  );
  assert.throws(() => rig.engine.decide(says(run, "threshold", -5)), { code: "signal-not-valid" });
  rig.engine.decide(says(run, "threshold", 5));
  assert.deepEqual(valueOf(await run.ended), [15, 5]);
});

const late = workflow({ name: "late", input: { threshold: signal(number) } }, ({ threshold }) =>
  after(wait({ x: 1 }), () => threshold),
);

test("(41) it may be signalled by its name before anything needs it", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(late);
  const call = await puppets.nextCall("wait");
  assert.throws(() => rig.engine.decide(says(run, "threshold", "many")), { code: "signal-not-valid" });
  assert.equal(rig.engine.decide(says(run, "threshold", 3)), "kept");
  call.succeed(1);
  assert.equal(valueOf(await run.ended), 3);
});

const inner = workflow({ name: "inner", input: { x: number, depth: signal(number) } }, ({ x, depth }) =>
  add(x, depth),
);
const outer = workflow({ name: "outer", input: { depth: signal(number) } }, ({ depth }) => ({
  own: map([1, 2], (x) => inner({ x })),
  passed: inner({ x: 10, depth }),
  given: inner({ x: 20, depth: 2 }),
}));

test("(43a) a workflow called without it awaits it for each call; one that is given it awaits nothing", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(outer);
  const gates = await rig.gates(run, 3);
  const paths = gates.map(({ path }) => path).toSorted();
  const [own = "", first = "", second = ""] = paths;
  assert.match(first, /^outer\/map\[.+\]\/inner\/depth$/);
  assert.match(second, /^outer\/map\[.+\]\/inner\/depth$/);
  assert.equal(own, "outer/depth");
  for (const [index, path] of paths.entries()) rig.engine.decide(says(run, path, 100 * (index + 1)));
  const { own: items, ...others } = valueOf(await run.ended) as { readonly own: readonly number[] };
  assert.deepEqual(others, { passed: 110, given: 22 });
  assert.deepEqual(
    items.map((item) => item % 100),
    [1, 2],
  );
});

test("(43a) a call that is given it is shared and answered from the cache; one that is not is not", async () => {
  await using rig = new EngineRig(FILE);
  const first = await rig.launch(twice, { depth: 1 });
  assert.deepEqual(valueOf(await first.ended), [2, 2]);
  assert.equal(rig.engine.inspect.jobs(first.id).filter((job) => job.task === "inner").length, 1);
  const again = await rig.launch(twice, { depth: 1 });
  assert.deepEqual(valueOf(await again.ended), [2, 2]);
  assert.deepEqual(
    rig.engine.inspect.jobs(again.id).map(({ task: name, status }) => [name, status]),
    [["twice", "cached"]],
  );
});

const twice = workflow({ name: "twice", input: { depth: signal(number) } }, ({ depth }) => [
  inner({ x: 1, depth }),
  inner({ x: 1, depth }),
]);

const whole = workflow({ name: "whole", input: { x: number, depth: signal(number) } }, (args) => inner(args));
const wholeWithOptional = workflow(
  { name: "whole-with-optional", input: { x: number, note: z.string().optional(), depth: signal(number) } },
  (args) => noting(args),
);
const noting = task(
  { name: "noting", input: { x: number, note: z.string().optional(), depth: number }, light: true },
  ({ x, note, depth }) => `${x} ${note} ${depth}`,
);

test("arguments that are passed on as a whole hold the awaited value", async () => {
  await using rig = new EngineRig(FILE);
  for (const [flow, value] of [
    [whole, 3],
    [wholeWithOptional, "1 undefined 2"],
  ] as const) {
    const run = await rig.launch(flow, { x: 1 });
    await rig.gates(run);
    rig.engine.decide(says(run, "depth", 2));
    assert.equal(valueOf(await run.ended), value);
    assert.equal(rig.engine.inspect.gates(run.id).length, 1);
  }
});

test("it is awaited at the same gate after a resume, and an answer from before counts", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(cut, { x: 1 });
  (await puppets.nextCall("wait")).succeed(10);
  const [gate] = await rig.gates(run);
  await rig.waiting(run);
  run.interrupt();
  assert.equal((await run.ended).status, "waiting");
  await rig.reopen();
  rig.engine.decide(says(run, "threshold", 5));
  const resumed = await rig.engine.resume(run.id);
  assert.deepEqual(valueOf(await resumed.ended), [15, 5]);
  assert.deepEqual(
    rig.engine.inspect.gates(run.id).map(({ id }) => id),
    [gate?.id],
  );
});

const timed = workflow(
  { name: "timed", input: { depth: signal(number, { timeout: "1h", default: 7 }) } },
  ({ depth }) => depth,
);

test("(45) a default of it is its value when nobody gave it in time", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(timed);
  await rig.gates(run);
  rig.clock.advance(3_600_000);
  assert.equal(valueOf(await run.ended), 7);
});

test("its type says that it may come later, in the description and in JSON Schema", () => {
  const { input } = requireTask("cut");
  assert.deepEqual(input.fields["threshold"], {
    type: { kind: "number", min: { value: 0 } },
    optional: true,
    signal: true,
  });
  const schema = toJsonSchema(input) as { required: unknown; properties: Record<string, unknown> };
  assert.deepEqual(schema.required, ["x"]);
  assert.deepEqual(schema.properties["threshold"], {
    type: "number",
    minimum: 0,
    "x-ligase": { signal: true },
  });
});

test("only an input of a workflow can come later, and one that may be left out does not", () => {
  const wrong = { code: "type-not-supported" };
  const named = (name: string, schema: z.ZodType) => workflow({ name, input: { x: schema } }, ({ x }) => x);
  task({ name: "task-with-signal", input: { x: signal(number) } }, ({ x }) => x);
  assert.throws(() => requireTask("task-with-signal").input, wrong);
  for (const [name, schema] of [
    ["signal-optional", signal(number.optional())],
    ["signal-default", signal(number.default(1))],
    ["signal-inside", z.object({ x: signal(number) })],
    ["signal-wrapped", signal(number).nullable()],
  ] as const) {
    named(name, schema);
    assert.throws(() => requireTask(name).input, wrong, name);
  }
});
