import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openEngine } from "../src/engine.ts";
import type { Inspect, LineageNode } from "../src/ports/inspect.ts";
import { Project } from "../../testkit/src/project.ts";

const FLOW = `import { add, approve, catchError, cond, eq, file, map, out, script, sh, task, workflow, z } from "ligase";
const num = (name) => task({ name, input: { n: z.number() }, output: z.number(), light: true }, ({ n }) => n + 1);
const a = num("a");
const b = num("b");
const c = num("c");
const rec = task({ name: "rec", output: z.object({ list: z.array(z.number()), x: z.object({ y: z.number() }) }), light: true }, () => ({ list: [1, 2], x: { y: 3 } }));
const sink = task({ name: "sink", input: { v: z.any() }, output: z.any(), light: true }, ({ v }) => v);
const bad = task({ name: "bad", output: z.number(), light: true }, () => { throw new Error("bad"); });
const inner = workflow({ name: "inner", input: { n: z.number() } }, ({ n }) => b({ n }));
const dynamic = task({ name: "dynamic", light: true }, () => ({ k: c({ n: 5 }) }));
export const top = workflow({ name: "top", input: { n: z.number(), deep: z.object({ m: z.number() }) } }, ({ n, deep }) => ({
  structure: sink({ v: [a({ n }), { k: b({ n: 1 }), l: n }] }),
  parts: sink({ v: [rec({}).list[1], rec({}).x.y, rec({}).x] }),
  input: sink({ v: { m: deep.m, twice: [deep, n] } }),
  operator: sink({ v: { sum: add(a({ n }), deep.m), constant: 1 } }),
  mapped: sink({ v: { items: map([1, 2], (i) => c({ n: i })) } }),
  chosen: sink({ v: { chosen: cond(eq(a({ n }), 8), () => b({ n: 2 }), () => c({ n: 2 })) } }),
  handled: sink({ v: { handled: catchError(() => bad({}), () => a({ n: 3 })) } }),
  workflow: sink({ v: { through: inner({ n: 9 }) } }),
  dynamic: sink({ v: { of: dynamic({}).k } }),
  gate: sink({ v: { approved: approve(a({ n: 4 }), { name: "qc" }) } }),
}));
const copy = script({ name: "copy", input: { reads: file() }, output: { made: out.file("made.txt") }, command: ({ reads }, o) => sh\`cat \${reads} > \${o.made}\` });
const use = task({ name: "use", input: { sample: z.object({ ids: z.array(z.string()), file: file() }) }, output: z.number(), light: true }, () => 1);
export const files = workflow({ name: "files", input: { reads: file() } }, ({ reads }) => use({ sample: { ids: ["S1", "S2"], file: copy({ reads }).made } }));
`;

/** Where a sink's argument came from: path in it ← who made it, path in what was made. */
type Source = readonly [path: string, from: string, path: string];

/** A run in a project of its own, with the gate approved by ana; its engine is closed with the test. */
async function ran(name: string, args: unknown): Promise<string> {
  const run = await engine.launch({ file: project.path("flow.ts"), name, args });
  run.subscribe(
    (event) =>
      event.kind === "gate-opened" &&
      engine.decide({ run: run.id, gate: "qc", outcome: "approved", by: "ana" }),
  );
  const { status, error } = await run.ended;
  assert.equal(status, "succeeded", error?.message);
  return run.id;
}

const argsOf = (inspect: Inspect, run: string, job: number): string =>
  JSON.stringify(inspect.jobData(run, job).args);

/** The job of a task with these arguments. */
function jobOf(inspect: Inspect, run: string, { task, args }: { task: string; args: string }): number {
  const found = inspect.jobs(run, { task }).find(({ number }) => argsOf(inspect, run, number) === args);
  return found?.number ?? assert.fail(`No ${task} was called with ${args}.`);
}

/** A node as the tests name it: task and arguments, gate and who decided, input and who launched. */
function named(inspect: Inspect, node: LineageNode): string {
  if (node.kind === "input") return `input of ${node.user}`;
  if (node.kind === "gate") return `gate ${node.name} by ${node.decision?.by}`;
  const args = argsOf(inspect, node.run, node.job);
  return args === "{}" ? node.task : `${node.task} ${args}`;
}

after(() => engine.close());
const project = Project.make({ after }, { "flow.ts": FLOW, "reads.txt": "ACGT" });
const engine = openEngine({ root: project.root, user: "ben" });
const { inspect } = engine;
await engine.load(project.path("flow.ts"));
const run = await ran("top", { n: 7, deep: { m: 2 } });

test("53: edges lead from an argument through lists, records, operators, branches, workflows and gates to its makers", () => {
  const sources = (args: string): readonly Source[] => {
    const { nodes, edges } = inspect.lineage(run, jobOf(inspect, run, { task: "sink", args }), "up");
    const asked = nodes[0]?.id;
    return edges
      .filter(({ to }) => to === asked)
      .map(({ from, path, sourcePath }): Source => {
        const node = nodes.find(({ id }) => id === from) ?? assert.fail(from);
        return [path, named(inspect, node), sourcePath];
      })
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
  };

  assert.deepEqual(sources('{"v":[8,{"k":2,"l":7}]}'), [
    [".v[0]", 'a {"n":7}', ""],
    [".v[1].k", 'b {"n":1}', ""],
    [".v[1].l", "input of ben", ".n"],
  ]);
  assert.deepEqual(sources('{"v":[2,3,{"y":3}]}'), [
    [".v[0]", "rec", ".list[1]"],
    [".v[1]", "rec", ".x.y"],
    [".v[2]", "rec", ".x"],
  ]);
  assert.deepEqual(sources('{"v":{"m":2,"twice":[{"m":2},7]}}'), [
    [".v.m", "input of ben", ".deep.m"],
    [".v.twice[0]", "input of ben", ".deep"],
    [".v.twice[1]", "input of ben", ".n"],
  ]);
  assert.deepEqual(
    sources('{"v":{"constant":1,"sum":10}}').map(([, from]) => from),
    ['a {"n":7}', "input of ben"],
  );
  assert.deepEqual(sources('{"v":{"items":[2,3]}}'), [
    [".v.items[0]", 'c {"n":1}', ""],
    [".v.items[1]", 'c {"n":2}', ""],
  ]);
  assert.deepEqual(sources('{"v":{"chosen":3}}'), [[".v.chosen", 'b {"n":2}', ""]]);
  assert.deepEqual(sources('{"v":{"handled":4}}'), [[".v.handled", 'a {"n":3}', ""]]);
  assert.deepEqual(
    sources('{"v":{"through":10}}').map(([path]) => path),
    [".v.through"],
  );
  assert.deepEqual(
    sources('{"v":{"of":6}}').map(([path]) => path),
    [".v.of"],
  );
  assert.deepEqual(
    sources('{"v":{"approved":5}}')
      .map(([, from]) => from)
      .toSorted(),
    ["gate qc by ana"],
  );
});

test("53: upwards it goes on through calls, expressions and people to the inputs, downwards to all that used it", () => {
  const reached = (task: string, args: string, direction: "up" | "down"): readonly string[] => {
    const { nodes, isWhole } = inspect.lineage(run, jobOf(inspect, run, { task, args }), direction);
    assert.ok(isWhole);
    return nodes.map((node) => named(inspect, node)).toSorted();
  };
  assert.deepEqual(reached("sink", '{"v":{"approved":5}}', "up"), [
    'a {"n":4}',
    "gate qc by ana",
    'sink {"v":{"approved":5}}',
  ]);
  assert.deepEqual(reached("sink", '{"v":{"through":10}}', "up"), ['b {"n":9}', 'sink {"v":{"through":10}}']);
  assert.deepEqual(reached("sink", '{"v":{"of":6}}', "up"), ['c {"n":5}', 'sink {"v":{"of":6}}']);
  const used = reached("a", '{"n":7}', "down");
  assert.ok(used.includes('sink {"v":[8,{"k":2,"l":7}]}'), used.join("\n"));
  assert.ok(used.includes('sink {"v":{"constant":1,"sum":10}}'));
  assert.ok(used.some((node) => node.startsWith("top ")));
  const few = inspect.lineage(run, jobOf(inspect, run, { task: "a", args: '{"n":7}' }), "down", 2);
  assert.deepEqual([few.nodes.length, few.isWhole], [2, false]);
});

test("jobs are found by what they were given, deep in their arguments: a text, or a file, and who made it", async () => {
  await ran("files", { reads: project.path("reads.txt") });
  const found = (wanted: string | number): readonly string[] =>
    inspect
      .search(wanted)
      .map(({ task, isMaker }) => (isMaker ? `${task} made it` : task))
      .toSorted();
  assert.deepEqual(found("S2"), ["use"]);
  assert.deepEqual(found("S3"), []);
  assert.deepEqual(found("made.txt"), ["copy made it", "use"]);
  assert.deepEqual(found("reads.txt"), ["copy", "files"]);
  assert.ok(found(7).includes("a"));
  const [first] = inspect.search("reads.txt", { limit: 1 });
  assert.deepEqual(inspect.search("reads.txt", { before: first?.call ?? 0 }).length, 1, "page by page");
});

test("jobs are listed by task and status, page by page, and counted", () => {
  assert.deepEqual(
    inspect.jobs(run, { task: "a" }).map(({ task }) => task),
    ["a", "a", "a"],
  );
  const [first, second] = inspect.jobs(run, { limit: 2 });
  assert.deepEqual(inspect.jobs(run, { after: first?.number ?? 0, limit: 1 }), [second]);
  assert.deepEqual(
    inspect.jobs(run, { status: "failed" }).map(({ task }) => task),
    ["bad"],
  );
  const counts = inspect.jobCounts(run);
  assert.deepEqual(
    counts.find(({ task }) => task === "a"),
    { task: "a", status: "succeeded", count: 3 },
  );
  assert.equal(
    counts.reduce((sum, { count }) => sum + count, 0),
    inspect.jobs(run).length,
  );
});
