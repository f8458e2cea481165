import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../../testkit/src/project.ts";

/* R4, R11: several engines on one store, each a process. */

/** Both runs of a pair are under way before either goes on to the calls that they share. */
const FLOW = `import { after, map, out, script, sh, task, workflow, z } from "ligase";
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ran } from "./ran.ts";
const meet = task({ name: "meet", input: { me: z.string(), other: z.string() }, output: z.null(), cache: false }, async ({ me, other }, ctx) => {
  writeFileSync(\`$LOG.\${me}\`, "");
  while (!existsSync(\`$LOG.\${other}\`)) await delay(5, null, { signal: ctx.signal });
  return null;
});
const shared = task({ name: "shared", input: { n: z.number() }, output: z.number() }, async ({ n }) => {
  ran("shared " + n);
  await delay(10);
  return n * n;
});
const parts = task({ name: "parts", input: { n: z.number() } }, ({ n }) => {
  ran("parts " + n);
  return map([n, n + 1], (i) => shared({ n: i }));
});
const broken = task({ name: "broken", input: { n: z.number() }, output: z.number() }, async ({ n }) => {
  ran("broken " + n);
  await delay(10);
  throw new Error("no " + n);
});
const counted = script({ name: "counted", input: { n: z.number() }, output: out.stdout(),
  command: ({ n }) => sh\`echo counted \${n} >> $LOG; sleep 0.02; echo \${n}\` });
const work = (me: string, other: string) => after(meet({ me, other }), () => ({
  shared: map([1, 2, 3, 4, 5, 6, 7, 8], (n) => shared({ n })),
  parts: map([20, 30], (n) => parts({ n })),
  counted: map([1, 2, 3], (n) => counted({ n })),
}));
export const left = workflow({ name: "left" }, () => work("left", "right"));
export const right = workflow({ name: "right" }, () => work("right", "left"));
export const brokenLeft = workflow({ name: "brokenLeft" }, () => after(meet({ me: "bl", other: "br" }), () => broken({ n: 1 })));
export const brokenRight = workflow({ name: "brokenRight" }, () => after(meet({ me: "br", other: "bl" }), () => broken({ n: 1 })));
`;
const VALUE = {
  shared: [1, 4, 9, 16, 25, 36, 49, 64],
  parts: [
    [400, 441],
    [900, 961],
  ],
  counted: ["1", "2", "3"],
};
const EXECUTED = [
  ...[1, 2, 3].map((n) => `counted ${n}`),
  ...[20, 30].map((n) => `parts ${n}`),
  ...[1, 2, 20, 21, 3, 30, 31, 4, 5, 6, 7, 8].map((n) => `shared ${n}`),
].toSorted();

test("R4: two engines on one store compute each call once, and both have its value", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  const [left, right] = await Promise.all([project.run("left"), project.run("right")]);
  assert.deepEqual([left.value, right.value], [VALUE, VALUE]);
  assert.deepEqual(project.executed(), EXECUTED);
});

test("C10: a call that failed on one engine is tried by the other itself", async (t) => {
  const project = Project.make(t, { "flow.ts": FLOW });
  const ends = await Promise.all([project.run("brokenLeft"), project.run("brokenRight")]);
  assert.deepEqual(
    ends.map(({ status, error }) => [status, error?.message]),
    [
      ["failed", "no 1"],
      ["failed", "no 1"],
    ],
  );
  assert.deepEqual(project.executed(), ["broken 1", "broken 1"]);
});

test("R11: what a killed engine left is taken over by another, once its lease is over", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `import { map, task, workflow, z } from "ligase";
import { ran } from "./ran.ts";
const one = task({ name: "one", input: { n: z.number() }, output: z.number() }, ({ n }) => { ran("one " + n); return n; });
const two = task({ name: "two", input: { ns: z.array(z.number()) }, output: z.number() }, ({ ns }) => { ran("two"); return ns.length; });
export const top = workflow({ name: "top" }, () => two({ ns: map([1, 2, 3], (n) => one({ n })) }));
`,
  });
  assert.equal(await project.runAndDie("top", {}, { dieInWrite: 3 }), "died");
  assert.ok(!project.executed().includes("two"));
  const taken = await project.run("top", {}, { takeOver: true, clockAheadMs: 60_000 });
  assert.deepEqual([taken.status, taken.value], ["succeeded", 3]);
  const again = project.executed();
  assert.ok(again.includes("two"));
  await assert.rejects(
    project.run("top", {}, { takeOver: true, clockAheadMs: 60_000 }),
    /nothing to take over/,
  );
});
