import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  add,
  approve,
  cond,
  lambda,
  apply,
  map,
  task,
  taskType,
  waitForInput,
  workflow,
  z,
} from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";
import { yes } from "./fixtures/approval.ts";

/* Cases 42 to 44 of the conformance list. Case 41 is in early-signals.test.ts, 45 to 47 are in gate-outcomes.test.ts, what happens
   across processes in restart.test.ts. */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });

const gated = workflow({ name: "gated" }, () => add(approve(wait({ x: 1 }), { name: "qc" }), 1));

test("a run with an open gate waits, shows it, and goes on with its value when it is approved", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(gated);
  (await puppets.nextCall("wait")).succeed(41);
  const [gate] = await rig.gates(run);
  assert.deepEqual(
    { path: gate?.path, value: gate?.value, kind: gate?.kind },
    { path: "gated/qc", value: 41, kind: "approve" },
  );
  await rig.waiting(run);
  assert.equal(rig.engine.inspect.run(run.id).status, "waiting");
  rig.engine.decide(yes(run, "qc"));
  assert.equal(valueOf(await run.ended), 42);
});

test("(42) the same decision twice is fine; another one after closing is refused and changes nothing", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(twoGates);
  await rig.gates(run, 2);
  rig.engine.decide(yes(run, "one"));
  rig.engine.decide(yes(run, "one"));
  assert.throws(() => rig.engine.decide(yes(run, "one", { by: "bob", outcome: "rejected", comment: "no" })), {
    code: "gate-already-resolved",
  });
  rig.engine.decide(yes(run, "two"));
  assert.deepEqual(valueOf(await run.ended), [1, 2]);
  const one = rig.engine.inspect.gates(run.id).find(({ name }) => name === "one");
  assert.deepEqual(
    { outcome: one?.decision?.outcome, by: one?.decision?.by },
    { outcome: "approved", by: "ada" },
  );
});

const twoGates = workflow({ name: "two-gates" }, () => [
  approve(1, { name: "one" }),
  approve(2, { name: "two" }),
]);

test("(43) a value of the wrong type is refused with the path of the wrong field, and the run is not disturbed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(form);
  await rig.gates(run);
  const answer = (value: unknown) => rig.engine.decide({ ...yes(run, "form"), outcome: "answered", value });
  assert.throws(
    () =>
      answer({
        samples: [
          { id: "S1", depth: 1 },
          { id: "S2", depth: "x" },
        ],
      }),
    { code: "signal-not-valid", message: /samples\[1\]\.depth/ },
  );
  assert.throws(() => rig.engine.decide(yes(run, "form")), { code: "signal-not-valid" });
  assert.equal(run.progress().openGates.length, 1);
  answer({ samples: [{ id: "S1", depth: 1 }] });
  assert.deepEqual(valueOf(await run.ended), { samples: [{ id: "S1", depth: 1 }] });
});

const form = workflow({ name: "form" }, () =>
  waitForInput(z.object({ samples: z.array(z.object({ id: z.string(), depth: number })) }), { name: "form" }),
);

test("(43) a decision that must say why is refused without a comment", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(commented);
  await rig.gates(run);
  assert.throws(() => rig.engine.decide(yes(run, "why")), { code: "gate-needs-comment" });
  assert.throws(() => rig.engine.decide(yes(run, "why", { comment: " " })), { code: "gate-needs-comment" });
  rig.engine.decide(yes(run, "why", { comment: "looks right" }));
  assert.equal(valueOf(await run.ended), 1);
});

const commented = workflow({ name: "commented" }, () => approve(1, { name: "why", requireComment: true }));

const step = workflow({ name: "step", input: { x: number } }, ({ x }) => approve(x, { name: "go" }));
const equalWorkflows = workflow({ name: "equal-workflows" }, () => [step({ x: 1 }), step({ x: 1 })]);
const asking = task({ name: "asking", input: { x: number }, light: true }, ({ x }) =>
  approve(x, { name: "go" }),
);
const viaA = task({ name: "via-a", light: true }, () => ({ a: asking({ x: 1 }) }));
const viaB = task({ name: "via-b", light: true }, () => ({ b: asking({ x: 1 }) }));
const equalTasks = workflow({ name: "equal-tasks" }, () => [viaA({}), viaB({}), asking({ x: 1 })]);

test("(43a) two equal workflow calls with a gate inside are two gates", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(equalWorkflows);
  const gates = await rig.gates(run, 2);
  assert.deepEqual(gates.map(({ path }) => path).toSorted(), [
    "equal-workflows/step/go",
    "equal-workflows/step~2/go",
  ]);
  assert.throws(() => rig.engine.decide(yes(run, "go")), { code: "gate-not-unique" });
  for (const { path } of gates) rig.engine.decide(yes(run, path));
  assert.deepEqual(valueOf(await run.ended), [1, 1]);
});

test("(43a) two equal task calls that return a gate are one job and one gate", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(equalTasks);
  const [gate, ...others] = await rig.gates(run);
  assert.deepEqual(others, []);
  assert.equal(rig.engine.inspect.job(run.id, gate?.job ?? 0).task, "asking");
  rig.engine.decide(yes(run, "go"));
  assert.deepEqual(valueOf(await run.ended), [{ a: 1 }, { b: 1 }, 1]);
  assert.equal(rig.engine.inspect.gates(run.id).length, 1);
});

test("(43a) the gates are the same after every resume", async () => {
  for (const flow of [equalWorkflows, equalTasks]) {
    await using rig = new EngineRig(FILE);
    let run = await rig.launch(flow);
    const before = (await rig.gates(run)).map(({ id }) => id).toSorted();
    for (let n = 0; n < 2; n++) {
      run.interrupt();
      assert.equal((await run.ended).status, "waiting");
      await rig.reopen();
      run = await rig.engine.resume(run.id);
      assert.deepEqual((await rig.gates(run, before.length)).map(({ id }) => id).toSorted(), before);
    }
    for (const id of before) rig.engine.decide(yes(run, id));
    assert.equal((await run.ended).status, "succeeded");
    assert.equal(rig.engine.inspect.gates(run.id).length, before.length);
  }
});

const Sample = z.object({ id: z.string(), depth: number });
const everywhere = workflow({ name: "everywhere", input: { samples: z.array(Sample) } }, ({ samples }) => ({
  cond: cond(
    true,
    () => approve("c", { name: "in-cond" }),
    () => approve("never", { name: "in-cond" }),
  ),
  map: map(samples, (sample) => approve(sample.depth, { name: "in-map" })),
  dynamic: asking({ x: 5 }),
  nested: step({ x: 6 }),
  lambda: apply(lambda<[], unknown>(() => approve("l", { name: "in-lambda" })) as never),
}));

test("(44) gates inside cond, map, a dynamic task, a nested workflow and a lambda are listed and answered one by one", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(everywhere, {
    samples: [
      { id: "S1", depth: 1 },
      { id: "S2", depth: 2 },
      { id: "S1", depth: 3 },
    ],
  });
  const gates = await rig.gates(run, 7);
  assert.deepEqual(gates.map(({ path }) => path).toSorted(), [
    "everywhere/apply/in-lambda",
    "everywhere/cond.1/in-cond",
    "everywhere/map[S1]/in-map",
    "everywhere/map[S1~2]/in-map",
    "everywhere/map[S2]/in-map",
    "everywhere/step/go",
    "go",
  ]);
  for (const { path } of gates) rig.engine.decide(yes(run, path));
  assert.deepEqual(valueOf(await run.ended), {
    cond: "c",
    map: [1, 2, 3],
    dynamic: 5,
    nested: 6,
    lambda: "l",
  });
});

test("(44) one answered gate of many lets its own item go on", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(goesOn, {
    samples: [
      { id: "S1", depth: 1 },
      { id: "S2", depth: 2 },
    ],
  });
  await rig.gates(run, 2);
  rig.engine.decide(yes(run, "goes-on/map[S2]/go"));
  const call = await puppets.nextCall("wait");
  assert.equal(call.args["x"], 2);
  call.succeed(20);
  rig.engine.decide(yes(run, "goes-on/map[S1]/go"));
  (await puppets.nextCall("wait")).succeed(10);
  assert.deepEqual(valueOf(await run.ended), [10, 20]);
});

const goesOn = workflow({ name: "goes-on", input: { samples: z.array(Sample) } }, ({ samples }) =>
  map(samples, (sample) => wait({ x: approve(sample.depth, { name: "go" }) })),
);

test("a decision is asked for again in a new run, unless it may be reused for the same content", async () => {
  await using rig = new EngineRig(FILE);
  for (const [flow, again] of [
    [asksAgain, 1],
    [reuses, 0],
  ] as const) {
    const first = await rig.launch(flow, { value: 1 });
    await rig.gates(first);
    rig.engine.decide(yes(first, "same"));
    assert.equal(valueOf(await first.ended), 1);
    const second = await rig.launch(flow, { value: 1 });
    if (again === 1) {
      await rig.gates(second);
      rig.engine.decide(yes(second, "same"));
    }
    assert.equal(valueOf(await second.ended), 1);
    const other = await rig.launch(flow, { value: 2 });
    await rig.gates(other);
    rig.engine.decide(yes(other, "same"));
    assert.equal(valueOf(await other.ended), 2, "what was shown is another thing");
  }
});

const asksAgain = workflow({ name: "asks-again", input: { value: number } }, ({ value }) =>
  approve(value, { name: "same" }),
);
const reuses = workflow({ name: "reuses", input: { value: number } }, ({ value }) =>
  approve(value, { name: "same", reuse: "same-content" }),
);

test("two jobs may have gates of one path: a decision by that path alone is refused, by id it is taken", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(onePath);
  const gates = await rig.gates(run, 2);
  assert.deepEqual(
    gates.map(({ path }) => path),
    ["go", "go"],
  );
  assert.throws(() => rig.engine.decide(yes(run, "go")), { code: "gate-not-unique" });
  for (const { id } of gates) rig.engine.decide(yes(run, id));
  assert.deepEqual(valueOf(await run.ended), [1, 2]);
});

const onePath = workflow({ name: "one-path" }, () => [asking({ x: 1 }), asking({ x: 2 })]);

test("a gate that was closed because its run failed is asked again when the run is resumed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(failsBesideGate);
  await rig.gates(run);
  (await puppets.nextCall("wait")).fail("broken");
  assert.equal((await run.ended).status, "failed");
  assert.deepEqual(
    rig.engine.inspect.gates(run.id).map(({ status }) => status),
    ["cancelled"],
  );
  const resumed = await rig.engine.resume(run.id);
  (await puppets.nextCall("wait")).succeed(2);
  await rig.gates(resumed);
  rig.engine.decide(yes(resumed, "qc"));
  assert.deepEqual(valueOf(await resumed.ended), [1, 2]);
});

const failsBesideGate = workflow({ name: "fails-beside-gate" }, () => [
  approve(1, { name: "qc" }),
  wait({ x: 1 }),
]);

test("a cancelled run closes its gates, and decides no more", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(twoGates);
  const [gate] = await rig.gates(run, 2);
  run.cancel();
  assert.equal((await run.ended).status, "cancelled");
  assert.throws(() => rig.engine.decide(yes(run, gate?.id ?? "")), { code: "gate-already-resolved" });
});

const Asked = taskType({ input: z.object({ x: number }), output: number });
const asksFor = workflow({ name: "asks-for", input: { x: number }, output: number }, ({ x }) =>
  approve(x, { name: "given" }),
);
const callsGiven = workflow({ name: "calls-given", input: { ask: Asked, x: number } }, ({ ask, x }) =>
  ask({ x }),
);
const twiceGiven = workflow({ name: "twice-given" }, () => [
  callsGiven({ ask: asksFor, x: 1 }),
  callsGiven({ ask: asksFor, x: 1 }),
]);

test("(43a) C21: two equal workflow calls that are given a workflow with a gate have two gates", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(twiceGiven);
  const gates = await rig.gates(run, 2);
  assert.equal(new Set(gates.map(({ path }) => path)).size, 2);
  for (const { path } of gates) rig.engine.decide(yes(run, path));
  assert.deepEqual(valueOf(await run.ended), [1, 1]);
});
