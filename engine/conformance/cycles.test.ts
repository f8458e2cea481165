import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { catchError, cond, gt, task, workflow, z, type Lazy } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { Puppets } from "../../testkit/src/puppet.ts";

/* Case 7c of the conformance list: calls that wait for themselves (C4). */

const FILE = import.meta.filename;
const puppets = new Puppets();
afterEach(() => puppets.reset());

const number = z.number();
const inc = task({ name: "inc", input: { x: number }, output: number, light: true }, ({ x }) => x + 1);
const wait = puppets.task({ name: "wait", input: { x: number }, output: number });

const selfInside = task(
  { name: "self-inside", input: { x: number }, output: number, light: true },
  ({ x }): Lazy<number> => inc({ x: selfInside({ x }) }),
);
const ping = task(
  { name: "ping", input: { x: number }, output: number, light: true },
  ({ x }): Lazy<number> => inc({ x: pong({ x }) }),
);
const pong = task(
  { name: "pong", input: { x: number }, output: number, light: true },
  ({ x }): Lazy<number> => inc({ x: ping({ x }) }),
);
const selfFlow = workflow(
  { name: "self-flow", input: { x: number }, output: number },
  ({ x }): Lazy<number> =>
    cond(
      gt(x, 0),
      () => inc({ x: selfFlow({ x }) }),
      () => 0,
    ),
);

for (const [callee, names] of [
  [selfInside, ["self-inside", "inc"]],
  [ping, ["ping", "pong"]],
  [selfFlow, ["self-flow"]],
] as const) {
  test(`(7c) a call that waits for itself is an error that names the cycle: ${names.join(", ")}`, async () => {
    await using rig = new EngineRig(FILE);
    const { status, error } = await rig.end(callee, { x: 1 });
    assert.equal(status, "failed");
    assert.equal(error?.kind, "misuse");
    assert.equal(error.code, "call-waits-for-itself");
    for (const name of names) assert.match(error.message, new RegExp(`\\b${name}\\b`));
  });
}

const cycleBesideWork = workflow({ name: "cycle-beside-work" }, () => [
  wait({ x: 1 }),
  catchError(() => selfInside({ x: 1 }), { misuse: (error) => error.code }),
]);

test("(7c) a cycle beside other work is found when that work is done, and can be handled", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(cycleBesideWork);
  (await puppets.nextCall("wait")).succeed(7);
  assert.deepEqual(valueOf(await run.ended), [7, "call-waits-for-itself"]);
});

const pendingSelf = workflow(
  { name: "pending-self", input: { x: number, y: number }, output: number },
  ({ x, y }): Lazy<number> =>
    cond(
      gt(y, 0),
      () => pendingOther({ both: { x, y } }),
      () => 0,
    ),
);
const pendingOther = workflow(
  { name: "pending-other", input: { both: z.object({ x: number, y: number }) }, output: number },
  ({ both }): Lazy<number> => inc({ x: pendingSelf({ y: both.y, x: both.x }) }),
);
const pendingCycle = workflow({ name: "pending-cycle" }, () => pendingSelf({ x: wait({ x: 2 }), y: 1 }));

test("(7c) C4: workflows that call each other with the same arguments do not open without end while those are pending", async () => {
  await using rig = new EngineRig(FILE);
  const { error } = await rig.end(pendingCycle);
  assert.equal(error?.code, "call-waits-for-itself");
  assert.match(error.message, /pending-self → pending-other → pending-self/);
});
