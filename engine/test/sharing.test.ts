import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../../testkit/src/project.ts";

const HEAD = `import { after, catchError, map, out, script, sh, task, workflow, z } from "ligase";\nimport { ran } from "./ran.ts";\n`;

/** A script that is as long as it is told, and says what memory it was given. */
const SLOW = `${HEAD}
const slow = script({
  name: "slow",
  input: { seconds: z.number() },
  output: out.stdout(),
  command: ({ seconds }) => sh\`echo slow >> $LOG; sleep \${seconds}; echo $LIGASE_MEMORY_MIB\`,
});
`;

for (const order of ["[hurried, patient]", "[patient, hurried]"]) {
  test(`12a: of two equal calls one has a time-out: the other is not hurt, in the order ${order}`, async (t) => {
    const project = Project.make(t, {
      "flow.ts": `${SLOW}
const parent = workflow({ name: "parent" }, () => slow({ seconds: 0.6 }));
export const both = workflow({ name: "both" }, () => {
  const hurried = catchError(() => slow.with({ timeout: "200ms" })({ seconds: 0.6 }), () => "too late");
  const patient = parent({});
  return ${order};
});
`,
    });
    const { value } = await project.run("both");
    assert.equal((value as unknown[])[order === "[hurried, patient]" ? 1 : 0], "0");
    assert.deepEqual(project.executed(), ["slow"], "they are one job");
  });
}

test("12a: of two equal calls one asks for more memory: the shared job has it", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${SLOW}
export const both = workflow({ name: "both" }, () => [
  slow.with({ resources: { memory: "16 MiB" } })({ seconds: 0 }),
  slow.with({ resources: { memory: "64 MiB" } })({ seconds: 0 }),
  slow({ seconds: 0 }),
]);
`,
  });
  assert.deepEqual((await project.run("both")).value, ["64", "64", "64"]);
  assert.deepEqual(project.executed(), ["slow"]);
});

test("12a: a stronger equal call that arrives after a time-out causes one more attempt", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${SLOW}
export const both = workflow({ name: "both" }, () => {
  const first = catchError(() => slow.with({ timeout: "200ms" })({ seconds: 0.6 }), () => "too late");
  return [first, after(first, () => slow({ seconds: 0.6 }))];
});
`,
  });
  assert.deepEqual((await project.run("both")).value, ["too late", "0"]);
  assert.deepEqual(project.executed(), ["slow", "slow"]);
});

test("5, 6: equal calls of different parents run once, whatever their arguments were made of", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${HEAD}
const add = task({ name: "add", input: { a: z.number(), b: z.number() }, output: z.number(), light: true }, ({ a, b }) => {
  ran(\`add \${a} \${b}\`);
  return a + b;
});
const exp = task({ name: "exp", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran(\`exp \${n}\`);
  return n * n;
});
const one = task({ name: "one" }, () => exp({ n: add({ a: 1, b: 3 }) }));
const two = workflow({ name: "two" }, () => exp({ n: add({ a: 2, b: 2 }) }));
export const both = workflow({ name: "both" }, () => [one({}), two({}), exp({ n: 4 })]);
`,
  });
  assert.deepEqual((await project.run("both")).value, [16, 16, 16]);
  assert.deepEqual(project.executed(), ["add 1 3", "add 2 2", "exp 4"]);
});

test("R2: a call answered by the same run shares in replay too: a deep diamond is linear", async (t) => {
  const depth = 200;
  const project = Project.make(t, {
    "flow.ts": `${HEAD}
const join = task({ name: "join", input: { a: z.number(), b: z.number() }, output: z.number(), light: true }, ({ a, b }) => Math.max(a, b) + 1);
const leaf = task({ name: "leaf", output: z.number(), light: true, version: "1" }, () => 0);
// Each level calls the level below twice.
const level = task({ name: "level", input: { n: z.number() }, output: z.number(), light: true }, ({ n }) =>
  n === 0 ? leaf({}) : join({ a: level({ n: n - 1 }), b: level({ n: n - 1 }) }));
export const top = workflow({ name: "top" }, () => level({ n: ${depth} }));
`,
  });
  const cold = await project.run("top");
  assert.equal(cold.value, depth);
  const full = await project.run("top", {}, { check: "full" });
  assert.equal(full.value, depth);
  project.write({
    "flow.ts": (await import("node:fs"))
      .readFileSync(project.path("flow.ts"), "utf8")
      .replace('version: "1"', 'version: "2"'),
  });
  const walked = await project.run("top");
  assert.equal(walked.value, depth);
  for (const { jobs } of [cold, full, walked]) assert.ok(jobs.length <= 2 * depth + 4, `${jobs.length} jobs`);
});
