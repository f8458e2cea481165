import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { approve, cond, gt, sub, workflow, z, type Lazy } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());
const number = z.number();
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });
const retried = puppets.task({
  name: "retried",
  input: { x: number },
  output: number,
  retries: { count: 3, backoff: "1h" },
});

// cache/project-code.ts reachesGate: `odd` is looked at while `even` is, and stays "no gate" for ever.
const even = workflow({ name: "even", input: { n: number }, output: number }, ({ n }): Lazy<number> =>
  cond(
    gt(n, 0),
    () => odd({ n: sub(n, 1) }),
    () => approve(n, { name: "bottom" }),
  ),
);
const odd = workflow({ name: "odd", input: { n: number }, output: number }, ({ n }): Lazy<number> =>
  cond(
    gt(n, 0),
    () => even({ n: sub(n, 1) }),
    () => 0,
  ),
);
const recursive = workflow({ name: "recursive" }, () => [even({ n: 2 }), odd({ n: 1 }), odd({ n: 1 })]);

test(
  "(43a) equal calls of workflows that reach a gate through each other are never shared",
  { timeout: 5000 },
  async () => {
    await using rig = new EngineRig(FILE);
    const run = await rig.launch(recursive);
    const gates = await rig.gates(run, 3);
    for (const { id } of gates) rig.engine.decide({ run: run.id, gate: id, outcome: "approved", by: "ada" });
    assert.deepEqual(valueOf(await run.ended), [0, 0, 0]);
  },
);

const failsWhileRetrying = workflow({ name: "fails-while-retrying" }, () => [
  retried({ x: 1 }),
  wait({ x: 2 }),
]);

test("no timer is left when a run has ended", { timeout: 5000 }, async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(failsWhileRetrying);
  (await puppets.nextCall("retried")).fail("again");
  const other = await puppets.nextCall("wait");
  while (!rig.clock.hasTimer(200_000)) await nextTurn();
  other.fail("for good");
  assert.equal((await run.ended).status, "failed");
  assert.equal(rig.clock.hasTimer(1_000), false);
});

test("an engine that is closed while a run goes on throws nothing later", { timeout: 5000 }, async () => {
  const rig = new EngineRig(FILE);
  const run = await rig.launch(failsWhileRetrying);
  await puppets.nextCall("retried");
  await rig[Symbol.asyncDispose]();
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  assert.ok(run.id);
});
