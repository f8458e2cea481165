import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { add, approve, catchError, cond, eq, sub, task, workflow, z, type Task } from "@ligase/sdk";
import { EngineRig, valueOf } from "../../testkit/src/engine-rig.ts";
import { yes } from "./fixtures/approval.ts";

/* Case 44 of the conformance list: where gates open. Gates of maps, tasks and nested workflows are in gates.test.ts. */

const FILE = import.meta.filename;
const number = z.number();

const recursing: Task<{ readonly n: number }, number> = workflow(
  { name: "recursing", input: { n: number }, output: number },
  ({ n }) =>
    cond(
      eq(n, 0),
      () => approve(0, { name: "last" }),
      () => add(approve(n, { name: "step" }), recursing({ n: sub(n, 1) })),
    ),
);
const handled = workflow({ name: "handled" }, () =>
  catchError(() => approve("a", { name: "tried" }), {
    rejected: () => approve("b", { name: "instead" }),
  }),
);
const branches = workflow({ name: "branches", input: { isHigh: z.boolean() } }, ({ isHigh }) =>
  cond(
    isHigh,
    () => approve("high", { name: "high" }),
    () => approve("low", { name: "low" }),
  ),
);

test("(44) gates of a recursion and of a handler open one after another, each at its own place", async () => {
  await using rig = new EngineRig(FILE);
  const down = await rig.launch(recursing, { n: 2 });
  const paths = (await rig.gates(down, 3)).map(({ path }) => path).toSorted();
  assert.deepEqual(paths, [
    "recursing/cond.2/recursing/cond.2/recursing/cond.1/last",
    "recursing/cond.2/recursing/cond.2/step",
    "recursing/cond.2/step",
  ]);
  for (const path of paths) rig.engine.decide(yes(down, path));
  assert.equal(valueOf(await down.ended), 3);

  const run = await rig.launch(handled);
  const [tried] = await rig.gates(run);
  assert.equal(tried?.path, "handled/catchError/tried");
  rig.engine.decide(yes(run, "tried", { outcome: "rejected" }));
  while (rig.engine.inspect.gates(run.id).length < 2) await nextTurn();
  const [instead] = await rig.gates(run);
  assert.equal(instead?.path, "handled/catchError.handler1/instead");
  rig.engine.decide(yes(run, "instead"));
  assert.equal(valueOf(await run.ended), "b");
});

test("(44) a gate in a branch that is not taken is never listed", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(branches, { isHigh: false });
  const [gate] = await rig.gates(run);
  assert.equal(gate?.path, "branches/cond.2/low");
  rig.engine.decide(yes(run, "low"));
  assert.equal(valueOf(await run.ended), "low");
  assert.deepEqual(
    rig.engine.inspect.gates(run.id).map(({ name }) => name),
    ["low"],
  );
});

const defaulted = workflow({ name: "defaulted", input: { x: number.default(3), by: number } }, ({ x, by }) =>
  approve(add(x, by), { name: "sum" }),
);
const leavesOut = workflow({ name: "leaves-out" }, () => defaulted({ by: 1 }));

test("a workflow with a gate that is called without an input that has a default gets the default", async () => {
  await using rig = new EngineRig(FILE);
  const run = await rig.launch(leavesOut);
  const [gate] = await rig.gates(run);
  assert.equal(gate?.value, 4);
  rig.engine.decide(yes(run, "sum"));
  assert.equal(valueOf(await run.ended), 4);
});

const asking = task({ name: "asking", input: { x: number }, light: true }, ({ x }) =>
  approve(x, { name: "go" }),
);
const onePath = workflow({ name: "one-path" }, () => [asking({ x: 1 }), asking({ x: 2 })]);

test("what waited when a run failed or was cancelled waits no more: in its progress, its jobs and the inbox", async () => {
  for (const isCancelled of [false, true]) {
    await using rig = new EngineRig(FILE);
    const run = await rig.launch(onePath);
    const [gate] = await rig.gates(run, 2);
    if (isCancelled) run.cancel();
    else rig.engine.decide(yes(run, gate?.id ?? "", { outcome: "rejected" }));
    await run.ended;
    assert.deepEqual(
      run
        .progress()
        .tasks.map(({ task: name, running, waiting, failed }) => [name, running, waiting, failed]),
      [
        ["asking", 0, 0, 2],
        ["one-path", 0, 0, 1],
      ],
    );
    const states = rig.engine.inspect.jobs(run.id).map(({ status }) => status);
    assert.deepEqual(
      states.filter((status) => status === "running" || status === "waiting"),
      [],
    );
    assert.deepEqual(rig.engine.inspect.gates(), []);
    const closed = rig.engine.inspect.audit(run.id).filter(({ action }) => action === "gate-closed");
    assert.equal(closed.length, 2);
  }
});
