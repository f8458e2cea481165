import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openEngine } from "../src/engine.ts";
import { openSqliteStore, storePath } from "../src/store/sqlite.ts";
import type { NewEdge } from "../src/ports/store.ts";
import { Project } from "../../testkit/src/project.ts";

const FLOW = `import { add, approve, catchError, concat, cond, eq, map, task, workflow, z } from "ligase";
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
`;

/** Where a sink's argument came from: path in it ← who made it, path in what was made. */
type Source = readonly [path: string, from: string, path: string];

test("53: edges lead from an argument through lists, records, operators, branches, workflows and gates to its makers", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  const engine = openEngine({ root: project.root });
  const file = join(project.folder, "flow.ts");
  await engine.load(file);
  const run = await engine.launch({ file, name: "top", args: { n: 7, deep: { m: 2 } } });
  run.subscribe(
    (event) =>
      event.kind === "gate-opened" &&
      engine.decide({ run: run.id, gate: "qc", outcome: "approved", by: "ana" }),
  );
  const { status, error } = await run.ended;
  assert.equal(status, "succeeded", error?.message);
  const gate = engine.inspect.gates(run.id)[0]?.id;
  const nodes = engine.inspect
    .jobs(run.id)
    .filter(({ task }) => task === "sink")
    .map(({ callNode, number }) => {
      return { node: callNode ?? -1, args: JSON.stringify(engine.inspect.jobData(run.id, number).args) };
    });
  await engine.close();

  const store = openSqliteStore(storePath(project.root));
  t.after(() => store.close());
  const maker = ({ kind, source, sourceId }: NewEdge): string => {
    if (kind === "input") return sourceId === run.id ? "input" : "another input";
    if (kind === "gate") return sourceId === gate ? "gate qc" : "another gate";
    const node = source === null ? null : store.calls.get(source);
    return node === null ? "nobody" : `${node.task}${node.args === "{}" ? "" : ` ${node.args}`}`;
  };
  const sources = (args: string): readonly Source[] => {
    const node =
      nodes.find((sink) => sink.args === args) ?? assert.fail(`${args} is not in ${JSON.stringify(nodes)}`);
    return store.calls
      .edges(node.node)
      .map((edge): Source => [edge.path, maker(edge), edge.sourcePath])
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
  };

  assert.deepEqual(sources('{"v":[8,{"k":2,"l":7}]}'), [
    [".v[0]", 'a {"n":7}', ""],
    [".v[1].k", 'b {"n":1}', ""],
    [".v[1].l", "input", ".n"],
  ]);
  assert.deepEqual(sources('{"v":[2,3,{"y":3}]}'), [
    [".v[0]", "rec", ".list[1]"],
    [".v[1]", "rec", ".x.y"],
    [".v[2]", "rec", ".x"],
  ]);
  assert.deepEqual(sources('{"v":{"m":2,"twice":[{"m":2},7]}}'), [
    [".v.m", "input", ".deep.m"],
    [".v.twice[0]", "input", ".deep"],
    [".v.twice[1]", "input", ".n"],
  ]);
  assert.deepEqual(
    sources('{"v":{"constant":1,"sum":10}}').map(([, from]) => from),
    ['a {"n":7}', "input"],
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
    ["gate qc"],
  );
});
