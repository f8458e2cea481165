import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../../testkit/src/project.ts";

const HEAD = `import { map, task, workflow, z } from "ligase";\nimport { ran } from "./ran.ts";\n`;

/** A workflow above a workflow above a task that returns calls: three levels, each with a leaf of its own. */
const DEEP = `${HEAD}
const leaf = task({ name: "leaf", input: { n: z.number() }, output: z.number(), light: true }, ({ n }) => {
  ran("leaf " + n);
  return n;
});
const other = task({ name: "other", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran("other " + n);
  return n * 10;
});
const dynamic = task({ name: "dynamic", input: { n: z.number() }, output: z.array(z.number()) }, ({ n }) => {
  ran("dynamic");
  return map(Array.from({ length: n }, (_, i) => i), (i) => leaf({ n: i }));
});
const inner = workflow({ name: "inner", input: { n: z.number() } }, ({ n }) => ({ list: dynamic({ n }), x: other({ n }) }));
export const top = workflow({ name: "top", input: { n: z.number() } }, ({ n }) => ({ inner: inner({ n }), y: leaf({ n }) }));
`;
const VALUE = { inner: { list: [0, 1, 2], x: 30 }, y: 3 };
const ALL = ["dynamic", "leaf 0", "leaf 1", "leaf 2", "leaf 3", "other 3"];

function statuses(jobs: readonly { task: string; status: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { task, status } of jobs) counts[`${task} ${status}`] = (counts[`${task} ${status}`] ?? 0) + 1;
  return counts;
}

test("21: of an unchanged pipeline only the top call is looked up", async (t) => {
  const project = Project.make(t, { "flow.ts": DEEP });
  assert.deepEqual((await project.run("top", { n: 3 })).value, VALUE);
  assert.deepEqual(project.executed(), ALL);
  const again = await project.run("top", { n: 3 });
  assert.deepEqual(again.value, VALUE);
  assert.deepEqual(statuses(again.jobs), { "top cached": 1 });
});

test("21: a changed descendant re-runs only itself; callers replay their first result", async (t) => {
  const project = Project.make(t, { "flow.ts": DEEP });
  await project.run("top", { n: 3 });
  project.executed();
  project.write({ "flow.ts": DEEP.replace("return n;", "return n + 0;") });
  const walked = await project.run("top", { n: 3 });
  assert.deepEqual(walked.value, VALUE);
  assert.deepEqual(project.executed(), ["leaf 0", "leaf 1", "leaf 2", "leaf 3"]);
  assert.equal(statuses(walked.jobs)["other cached"], 1);
  assert.deepEqual(
    statuses((await project.run("top", { n: 3 })).jobs),
    { "top cached": 1 },
    "the walk left a new proof",
  );
});

test("21: a descendant that is no longer in the code is a miss", async (t) => {
  const project = Project.make(t, { "flow.ts": DEEP });
  await project.run("top", { n: 3 });
  project.executed();
  const renamed = DEEP.replace(`name: "leaf"`, `name: "leaf-2"`);
  project.write({ "flow.ts": renamed });
  const { value } = await project.run("top", { n: 3 });
  assert.deepEqual(value, VALUE);
  assert.deepEqual(project.executed(), ["dynamic", "leaf 0", "leaf 1", "leaf 2", "leaf 3"]);
});

test("21: the full check walks every call and executes none", async (t) => {
  const project = Project.make(t, { "flow.ts": DEEP });
  await project.run("top", { n: 3 });
  project.executed();
  const full = await project.run("top", { n: 3 }, { check: "full" });
  assert.deepEqual(full.value, VALUE);
  assert.deepEqual(project.executed(), []);
  const { "leaf cached": leaves, "other cached": others } = statuses(full.jobs);
  assert.deepEqual([leaves, others], [4, 1]);
});

test("21: check none computes everything anew, each distinct call once", async (t) => {
  const project = Project.make(t, { "flow.ts": DEEP });
  await project.run("top", { n: 3 });
  project.executed();
  assert.deepEqual((await project.run("top", { n: 3 }, { check: "none" })).value, VALUE);
  assert.deepEqual(project.executed(), ALL);
});

const reasonsIn = (value: unknown): readonly string[] =>
  (value as { task: string; reason: { kind: string } }[]).map(
    ({ task, reason }) => `${task}: ${reason.kind}`,
  );

test("22: a dry run executes nothing and gives a reason per miss", async (t) => {
  const project = Project.make(t, { "flow.ts": DEEP });
  const cold = await project.run("top", { n: 3 }, { dryRun: true });
  assert.deepEqual(project.executed(), []);
  assert.equal(cold.status, "cancelled");
  assert.deepEqual(reasonsIn(cold.value).toSorted(), ["dynamic: new", "leaf: new", "other: new"]);
  await project.run("top", { n: 3 });
  project.executed();
  project.write({ "flow.ts": DEEP.replace("n * 10", "n * 11") });
  const dry = await project.run("top", { n: 3 }, { dryRun: true });
  assert.deepEqual(project.executed(), []);
  assert.deepEqual(
    (dry.value as { task: string }[]).map(({ task }) => task),
    ["other"],
  );
  const real = await project.run("top", { n: 3 });
  assert.deepEqual(real.value, { ...VALUE, inner: { ...VALUE.inner, x: 33 } });
  assert.deepEqual(project.executed(), ["other 3"], "the dry run left nothing that answers");
});

test("21: what a workflow calls changed while its own text did not: the walk reaches it at every depth", async (t) => {
  const deep = (body: string): string => `${HEAD}
const leaf = task({ name: "leaf", output: z.number(), light: true }, () => {
  ran("leaf");
  return ${body};
});
const w1 = workflow({ name: "w1" }, () => ({ v: leaf({}) }));
const t1 = task({ name: "t1" }, () => { ran("t1"); return w1({}); });
const w2 = workflow({ name: "w2" }, () => [t1({})]);
const t2 = task({ name: "t2" }, () => { ran("t2"); return w2({}); });
export const top = workflow({ name: "top" }, () => t2({}));
`;
  const project = Project.make(t, { "flow.ts": deep("1") });
  assert.deepEqual((await project.run("top")).value, [{ v: 1 }]);
  assert.deepEqual(project.executed(), ["leaf", "t1", "t2"]);
  project.write({ "flow.ts": deep("2") });
  assert.deepEqual((await project.run("top")).value, [{ v: 2 }]);
  assert.deepEqual(project.executed(), ["leaf"]);
  project.write({ "flow.ts": deep("1") });
  assert.deepEqual((await project.run("top")).value, [{ v: 1 }]);
  assert.deepEqual(project.executed(), [], "code put back is answered by its own earlier result");
});

const SIDES = `${HEAD}
const start = task({ name: "start", input: { n: z.number() }, output: z.number() }, ({ n }) => n);
const left = task({ name: "left", input: { n: z.number() }, output: z.number() }, ({ n }) => n);
const right = task({ name: "right", input: { n: z.number() }, output: z.number() }, ({ n }) => n * 2);
const kept = workflow({ name: "kept", input: { n: z.number() } }, ({ n }) => left({ n }));
const again = workflow({ name: "again", input: { n: z.number() } }, ({ n }) => right({ n }));
export const sides = workflow({ name: "sides", input: { n: z.number() } }, ({ n }) => {
  const later = start({ n });
  return [kept({ n: later }), again({ n: later })];
});
`;

test("a workflow that opened though all below it was kept counts as cached, not as done", async (t) => {
  const project = Project.make(t, { "flow.ts": SIDES });
  const first = await project.run("sides", { n: 1 });
  assert.deepEqual(first.value, [1, 2], first.error?.message);
  assert.ok(first.counts.every(([, state]) => state === "done"));
  project.write({ "flow.ts": SIDES.replace("n * 2", "n * 3") });
  const second = await project.run("sides", { n: 1 });
  assert.deepEqual(second.value, [1, 3]);
  assert.deepEqual(
    second.counts.filter(([, state]) => state === "done").map(([task]) => task),
    ["again", "right", "sides"],
  );
  assert.deepEqual(
    second.counts.filter(([, state]) => state === "cached").map(([task]) => task),
    ["kept", "left", "start"],
  );
  assert.deepEqual(
    second.jobs.filter(({ task }) => task === "kept").map(({ status }) => status),
    ["cached"],
    "it opened in place",
  );
});
