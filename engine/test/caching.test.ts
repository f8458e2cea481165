import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Project } from "../../testkit/src/project.ts";

/* Each run is a new process on a real project; what was executed is told by the bodies themselves. */

const HEAD = `import { catchError, map, out, script, sh, task, workflow, z } from "ligase";\nimport { ran } from "./ran.ts";\n`;

/** A chain of three tasks, in the pool of processes and inline, with a helper two modules away. */
const CHAIN = {
  "flow.ts": `${HEAD}import { scaled } from "./scale.ts";
const leaf = task({ name: "leaf", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran("leaf");
  return scaled(n);
});
const middle = task({ name: "middle", input: { n: z.number() }, output: z.number(), light: true }, ({ n }) => {
  ran("middle");
  return n + 1;
});
const last = script({
  name: "last",
  input: { n: z.number() },
  output: out.stdout(),
  command: ({ n }) => sh\`echo last >> $LOG; echo \${n}\`,
});
export const chain = workflow({ name: "chain", input: { n: z.number().default(2) } }, ({ n }) => last({ n: middle({ n: leaf({ n }) }) }));
`,
  "scale.ts": `import { FACTOR } from "./factor.ts";
export const scaled = (n: number): number => n * FACTOR;
export const unrelated = (n: number): number => n - 1;
`,
  "factor.ts": `export const FACTOR = 10;\n`,
};

function edit(project: Project, file: keyof typeof CHAIN, from: string, to: string): void {
  const text = CHAIN[file].replace(from, to);
  assert.notEqual(text, CHAIN[file], `"${from}" is not in ${file}`);
  project.write({ [file]: text });
}

/** A project whose chain has run once. */
async function chainRunOnce(t: TestContext): Promise<Project> {
  const project = Project.make(t, CHAIN);
  const first = await project.run("chain");
  assert.equal(first.value, "21");
  assert.deepEqual(project.executed(), ["last", "leaf", "middle"]);
  return project;
}

test("11: an unchanged re-run executes no body and gives the same value", async (t) => {
  const project = await chainRunOnce(t);
  const again = await project.run("chain");
  assert.equal(again.value, "21");
  assert.deepEqual(project.executed(), []);
  assert.deepEqual(
    again.jobs.map(({ task, status }) => [task, status]),
    [["chain", "cached"]],
  );
});

test("12: when only a leaf's code changed, it executes and what depends on its new value", async (t) => {
  const project = await chainRunOnce(t);
  edit(project, "flow.ts", "return scaled(n);", "return scaled(n) + 5;");
  assert.equal((await project.run("chain")).value, "26");
  assert.deepEqual(project.executed(), ["last", "leaf", "middle"]);
  edit(project, "flow.ts", "return n + 1;", "return n + 2;");
  assert.equal((await project.run("chain")).value, "22");
  assert.deepEqual(project.executed(), ["last", "middle"], "the leaf of the first run answers again");
});

test("13: a helper two modules away changed: the task that uses it executes", async (t) => {
  const project = await chainRunOnce(t);
  edit(project, "factor.ts", "10", "20");
  const changed = await project.run("chain");
  assert.equal(changed.value, "41");
  assert.deepEqual(project.executed(), ["last", "leaf", "middle"]);
});

test("13: an unrelated helper, comments, formatting and types changed: nothing executes", async (t) => {
  const project = await chainRunOnce(t);
  edit(project, "scale.ts", "n - 1", "n - 2");
  project.write({ "factor.ts": `// The factor.\nexport const FACTOR: number =\n  10` });
  edit(project, "flow.ts", "  return scaled(n);", "  /* times the factor */\n  return (scaled( n ))");
  assert.equal((await project.run("chain")).value, "21");
  assert.deepEqual(project.executed(), []);
});

test("14: code changed, same value: nothing downstream executes", async (t) => {
  const project = await chainRunOnce(t);
  edit(project, "flow.ts", "return scaled(n);", "return scaled(n) + 0;");
  const cut = await project.run("chain");
  assert.equal(cut.value, "21");
  assert.deepEqual(project.executed(), ["leaf"]);
  assert.deepEqual(cut.jobs.map(({ task, status }) => `${task} ${status}`).toSorted(), [
    "chain succeeded",
    "last cached",
    "leaf succeeded",
    "middle cached",
  ]);
});

test("12: a script's command changed: the script executes and nothing before it", async (t) => {
  const project = await chainRunOnce(t);
  edit(project, "flow.ts", "echo ${n}", "printf %s ${n}");
  assert.equal((await project.run("chain")).value, "21");
  assert.deepEqual(project.executed(), ["last"]);
});

const versioned = (version: string, body: string): string => `${HEAD}
export const one = task({ name: "one", version: "${version}", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran("one");
  return ${body};
});
`;

test("15: with an explicit version changes of the body do not matter, a new version does", async (t) => {
  const project = Project.make(t, { "flow.ts": versioned("1", "n") });
  await project.run("one", { n: 1 });
  project.write({ "flow.ts": versioned("1", "n + 1") });
  assert.equal((await project.run("one", { n: 1 })).value, 1);
  assert.deepEqual(project.executed(), ["one"]);
  project.write({ "flow.ts": versioned("2", "n + 1") });
  assert.equal((await project.run("one", { n: 1 })).value, 2);
  assert.deepEqual(project.executed(), ["one"]);
});

const placed = (options: string): string => `${HEAD}
export const one = script({
  name: "one",
  input: {},
  output: out.stdout(),
  ${options}
  command: () => sh\`echo one >> $LOG; echo $LIGASE_CPUS\`,
});
`;

test("16, 40d: memory, cpu, retries, limits, time-out and the image's registry changed: still a hit", async (t) => {
  const project = Project.make(t, {
    "flow.ts": placed(`image: "one.example.org/lab/tool:1", resources: { cpu: 1 },`),
  });
  assert.equal((await project.run("one")).value, "1");
  assert.deepEqual(project.executed(), ["one"]);
  const other = `image: "two.example.org:5000/lab/tool:1", retries: 3, timeout: "1h", priority: 4, labels: { a: "b" }, tags: { c: "d" },
    limits: ["license"], growth: 3, description: "text", interruptible: true, resources: { cpu: 2, memory: "100 MiB", disk: "1 MiB" },`;
  project.write({ "flow.ts": placed(other) });
  assert.equal((await project.run("one", {}, { machine: { cpu: 2 } })).value, "1");
  assert.deepEqual(project.executed(), []);
});

test("40d: a script uses all the cores that it is given, and more cores are a hit", async (t) => {
  const project = Project.make(t, { "flow.ts": placed("resources: { cpu: 2 },") });
  assert.equal((await project.run("one", {}, { machine: { cpu: 4 } })).value, "2");
  project.write({ "flow.ts": placed("resources: { cpu: 3 },") });
  assert.equal((await project.run("one", {}, { machine: { cpu: 4 } })).value, "2");
  assert.deepEqual(project.executed(), ["one"]);
});

test("16: the environment and the names of secrets are part of the key, the image's name too", async (t) => {
  const project = Project.make(t, { "flow.ts": placed(`image: "lab/tool:1", env: { A: "1" },`) });
  await project.run("one");
  project.executed();
  for (const options of [`image: "lab/tool:1", env: { A: "2" },`, `image: "lab/tool:2", env: { A: "1" },`]) {
    project.write({ "flow.ts": placed(options) });
    await project.run("one");
    assert.deepEqual(project.executed(), ["one"], options);
  }
});

test("17: an omitted default and the same value given are one entry", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${HEAD}
export const one = task({ name: "one", input: { n: z.number().default(3), deep: z.object({ k: z.string().default("x") }).default({ k: "x" }) }, output: z.string() }, ({ n, deep }) => {
  ran("one");
  return n + deep.k;
});
export const both = workflow({ name: "both" }, () => [one({}), one({ n: 3 }), one({ n: 3, deep: {} }), one({ deep: { k: "x" } })]);
`,
  });
  assert.deepEqual((await project.run("both")).value, ["3x", "3x", "3x", "3x"]);
  assert.equal((await project.run("one", { n: 3 })).value, "3x");
  assert.equal((await project.run("one", {})).value, "3x");
  assert.deepEqual(project.executed(), ["one"]);
});

test("18: equal values built differently are one call, unequal ones of like text are not", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${HEAD}
const any = task({ name: "any", input: { v: z.any() }, output: z.number() }, ({ v }) => {
  ran("any " + (typeof v) + " " + JSON.stringify(v));
  return 0;
});
const make = task({ name: "make", input: { way: z.number() } }, ({ way }) => {
  const shared = { x: 1, y: 2 };
  return way === 0 ? { a: shared, b: shared, s: new Set([1, 2]), m: new Map([["k", 1], ["l", 2]]) }
    : { s: new Set([2, 1]), m: new Map([["l", 2], ["k", 1.0]]), b: { y: 2, x: 1, z: undefined }, a: { x: 1, y: 2 } };
});
export const equal = workflow({ name: "equal" }, () => [any({ v: make({ way: 0 }) }), any({ v: make({ way: 1 }) })]);
export const unequal = workflow({ name: "unequal" }, () => [1, "1", "1.0", true, "true", null, [], {}, [1], ["1"], { a: 1 }, { a: null }].map((v) => any({ v })));
`,
  });
  await project.run("equal");
  assert.equal(project.executed().length, 1);
  await project.run("unequal");
  assert.equal(project.executed().length, 12);
});

test("19: cache: false is computed once per run, again in the next, and recorded", async (t) => {
  const project = Project.make(t, {
    "flow.ts": `${HEAD}
const now = task({ name: "now", cache: false, output: z.number() }, () => {
  ran("now");
  return 7;
});
const next = task({ name: "next", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran("next");
  return n + 1;
});
const still = task({ name: "still", output: z.number(), light: true }, () => {
  ran("still");
  return 1;
});
export const top = workflow({ name: "top" }, () => [next({ n: now({}) }), now({}), still({})]);
`,
  });
  assert.deepEqual((await project.run("top")).value, [8, 7, 1]);
  assert.deepEqual(project.executed(), ["next", "now", "still"]);
  const again = await project.run("top");
  assert.deepEqual(again.value, [8, 7, 1]);
  assert.deepEqual(project.executed(), ["now"], "what its value did not change is a hit");
  assert.deepEqual(
    again.jobs.filter(({ task }) => task === "now").map(({ status, reason }) => [status, reason]),
    [["succeeded", "uncached"]],
  );
});

const FAILING = (body: string): string => `${HEAD}
const risky = task({ name: "risky", input: { n: z.number() }, output: z.number() }, ({ n }) => {
  ran("risky");
  ${body}
});
export const alone = workflow({ name: "alone" }, () => [risky({ n: 1 }), risky({ n: 1 })]);
export const handled = workflow({ name: "handled" }, () => catchError(() => risky({ n: 1 }), () => -1));
`;

test("20: an error is shared in its run and retried in the next", async (t) => {
  const project = Project.make(t, { "flow.ts": FAILING(`throw new Error("no luck");`) });
  for (const round of [1, 2]) {
    const { status, error } = await project.run("alone");
    assert.deepEqual([status, error?.message], ["failed", "no luck"], `round ${round}`);
    assert.deepEqual(project.executed(), ["risky"], `round ${round}`);
  }
});

test("20: a handled error replays as handled, until the failing task's code changes", async (t) => {
  const project = Project.make(t, { "flow.ts": FAILING(`throw new Error("no luck");`) });
  assert.equal((await project.run("handled")).value, -1);
  assert.deepEqual(project.executed(), ["risky"]);
  assert.equal((await project.run("handled")).value, -1);
  assert.deepEqual(project.executed(), []);
  project.write({ "flow.ts": FAILING("return n;") });
  assert.equal((await project.run("handled")).value, 1);
  assert.deepEqual(project.executed(), ["risky"]);
});
