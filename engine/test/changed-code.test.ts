import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { openEngine } from "@ligase/engine";
import type { RunRecord } from "@ligase/engine";
import { Project, type Ran } from "../../testkit/src/project.ts";

/* C22: code never changes under a run. Resumed with other code it goes on as a new run. */

const flow = ({ score = "x * 2", finish = "x + 1" } = {}): string => `
import { approve, task, workflow, z } from "ligase";
import { ran } from "./ran.ts";
const x = z.number();
const score = task({ name: "score", input: { x }, output: x }, ({ x }) => { ran("score"); return ${score}; });
const finish = task({ name: "finish", input: { x }, output: x }, ({ x }) => { ran("finish"); return ${finish}; });
export const top = workflow({ name: "top", input: { x } }, ({ x }) =>
  finish({ x: approve(score({ x }), { name: "ok", notLauncher: true }) }));
`;

/** A run that was left at its gate, which ana approved then. */
async function leftAndApproved(t: TestContext): Promise<{ project: Project; left: Ran }> {
  const project = Project.make(t, { "flow.ts": flow() });
  const left = await project.run("top", { x: 5 }, { leaveAtGate: true });
  assert.equal(left.status, "waiting");
  await withEngine(project, (engine) =>
    engine.decide({ run: left.run, gate: "ok", outcome: "approved", by: "ana", comment: "fine" }),
  );
  project.executed();
  return { project, left };
}

async function withEngine<T>(
  project: Project,
  use: (engine: ReturnType<typeof openEngine>) => T,
): Promise<T> {
  const engine = openEngine({ root: project.root });
  try {
    return use(engine);
  } finally {
    await engine.close();
  }
}

const runOf = (project: Project, id: string): Promise<RunRecord> =>
  withEngine(project, (engine) => engine.inspect.run(id));

test("C22: resumed with other code it is a new run of the old one, which keeps a decision on the same content", async (t) => {
  const { project, left } = await leftAndApproved(t);
  project.write({ "flow.ts": flow({ finish: "x + 100" }) });
  const resumed = await project.run("top", {}, { resume: true });
  assert.equal(resumed.value, 110);
  assert.deepEqual(project.executed(), ["finish"]);
  assert.notEqual(resumed.run, left.run);
  const [old, fresh] = [await runOf(project, left.run), await runOf(project, resumed.run)];
  assert.deepEqual([old.status, fresh.parent, fresh.args], ["cancelled", left.run, { x: 5 }]);
  const [gate] = await withEngine(project, (engine) => engine.inspect.gates(resumed.run));
  assert.deepEqual([gate?.decision?.by, gate?.decision?.comment], ["ana", "fine"]);
});

test("C22: where the new code shows something else it asks again, and the next new run asks for that", async (t) => {
  const { project } = await leftAndApproved(t);
  project.write({ "flow.ts": flow({ score: "x * 3" }) });
  const asked = await project.run("top", {}, { resume: true, leaveAtGate: true });
  assert.equal(asked.status, "waiting");
  // Back to the old code: what was approved two runs ago is shown again.
  project.write({ "flow.ts": flow() });
  const back = await project.run("top", {}, { resume: true, leaveAtGate: true });
  assert.equal(back.value, 11);
});

test("C22: a decision is not kept for a launcher whom the policy forbids to decide", async (t) => {
  const { project } = await leftAndApproved(t);
  project.write({ "flow.ts": flow({ finish: "x + 100" }) });
  const resumed = await project.run("top", {}, { resume: true, leaveAtGate: true, user: "ana" });
  assert.equal(resumed.status, "waiting");
});
