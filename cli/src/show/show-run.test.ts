import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandLine } from "../testing/command-line.ts";

const flow = (mark: string): string => `import { approve, map, task, workflow, z } from "ligase";

const greet = task(
  { name: "greet", input: { name: z.string() }, output: z.string(), light: true },
  ({ name }) => \`Hello \${name}${mark}\`,
);
const one = workflow({ name: "one", input: { name: z.string() } }, ({ name }) => ({ text: greet({ name }), name }));
export const table = workflow({ name: "table", input: { names: z.array(z.string()) } }, ({ names }) =>
  map(names, (name) => one({ name })),
);
const boom = task({ name: "boom", input: { k: z.int() }, light: true }, ({ k }) => {
  throw new Error(\`bad \${k}\`);
});
export const booms = workflow({ name: "booms", input: { n: z.array(z.int()) } }, ({ n }) => map(n, (k) => boom({ k })));
export const gated = workflow({ name: "gated" }, () => approve(one({ name: "Ada" }), { name: "manners" }));
`;

/** The rows of the only table of counts in a text, in the order of their names. */
const countsIn = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^\S+( +[·\d]+){7}/.test(line))
    .toSorted();

test("`show` counts jobs as `run` did: what was put together from earlier results is cached", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": flow("") });
  const runs: readonly (readonly string[])[] = [
    ["table", "--names", "Ada", "Grace"],
    ["table", "--names", "Ada", "Grace", "Mary"],
    ["table", "--names", "Ada"],
    ["gated", "--approve"],
    ["gated", "--approve"],
  ];
  for (const args of runs) {
    const { out } = await ligase.run("run", "flow.ts", ...args);
    const id = /[\da-f]{8}-[\da-f-]{27}/.exec(out)?.[0] ?? "";
    const shown = await ligase.run("show", id);
    assert.ok(countsIn(out).length >= 2, out);
    assert.deepEqual(countsIn(shown.out), countsIn(out), args.join(" "));
  }
  ligase.write({ "flow.ts": flow("!") });
  const changed = await ligase.run("run", "flow.ts", "table", "--names", "Ada", "Grace");
  const id = /[\da-f]{8}-[\da-f-]{27}/.exec(changed.out)?.[0] ?? "";
  assert.deepEqual(countsIn((await ligase.run("show", id)).out), countsIn(changed.out));
});

test("`show` names the job that raised an error, not the callers it passed through", async (t) => {
  const ligase = CommandLine.make(t, { "flow.ts": flow("") });
  const { out } = await ligase.run("run", "flow.ts", "booms", "--n", "1", "2", "--keep-going");
  const shown = await ligase.run("show", /[\da-f]{8}-[\da-f-]{27}/.exec(out)?.[0] ?? "");
  assert.deepEqual(shown.out.match(/✗ \S+ #\d+ failed: bad \d/g), [
    "✗ boom #2 failed: bad 1",
    "✗ boom #3 failed: bad 2",
  ]);
  assert.match(shown.out, /\n +at [^\s(]*flow\.ts:\d+:\d+\n/, "the place alone, without a class of the SDK");
});
