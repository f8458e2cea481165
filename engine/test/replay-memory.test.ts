import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../../testkit/src/project.ts";

const flow = (version: string): string => `import { map, task, workflow, z } from "ligase";
const item = task({ name: "item", light: true, version: "1", input: { n: z.number() }, output: z.object({ n: z.number(), name: z.string() }) },
  ({ n }) => ({ n, name: "item " + n }));
const sum = task({ name: "sum", light: true, version: "${version}", input: { list: z.array(z.object({ n: z.number(), name: z.string() })) }, output: z.number() },
  ({ list }) => list.reduce((all, { n }) => all + n, 0));
export const top = workflow({ name: "top", input: { count: z.number() } }, ({ count }) => sum({ list: map(range({ count }), (n) => item({ n })) }));
const range = task({ name: "range", light: true, version: "1", input: { count: z.number() }, output: z.array(z.number()) },
  ({ count }) => Array.from({ length: count }, (_, n) => n));
`;

/** A quarter of the 200,000 tasks that are to replay in under 1 GB. */
const COUNT = 50_000;
/** A quarter of it, and what an engine takes for itself: the modules and the cache of the store. */
const LIMIT_MIB = 1_000 / 4 + 150;

test("40e: 200,000 cached tasks replay in under 1 GB: a quarter of them in a quarter of it", async (t) => {
  const project = Project.make(t, { "flow.ts": flow("1") });
  const cold = await project.run("top", { count: COUNT }, { withJobs: false });
  assert.equal(cold.value, (COUNT * (COUNT - 1)) / 2, cold.error?.message);
  project.write({ "flow.ts": flow("2") });
  const replayed = await project.run("top", { count: COUNT }, { withJobs: false });
  assert.equal(replayed.value, cold.value);
  const [cached, computed] = ["cached", "done"].map((state) =>
    replayed.counts.filter(([, found]) => found === state).reduce((all, [, , n]) => all + n, 0),
  );
  assert.deepEqual([cached, computed], [COUNT + 1, 2], JSON.stringify(replayed.counts));
  assert.ok(replayed.peakMiB < LIMIT_MIB, `replayed in ${replayed.peakMiB.toFixed(0)} MiB`);
});
