import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { isLigaseError, type LigaseError } from "../errors/ligase-error.ts";
import type { Lazy } from "../graph/lazy.ts";
import { file } from "../types/schemas.ts";
import { cond, map } from "./control.ts";
import { add, gt, length, sub } from "./operators.ts";
import { requireTask } from "./registry.ts";
import { task } from "./task.ts";
import { workflow } from "./workflow.ts";

/* What is wrong in a workflow is told when it is compiled, in words of the user's, with its place in the code. */

const Sample = z.object({ id: z.string(), lanes: z.array(z.number()) });
const align = task(
  {
    name: "wf-align",
    input: { sample: Sample, index: file(".fa"), threads: z.number().default(1) },
    output: Sample,
  },
  ({ sample }) => sample,
);
const inc = task({ name: "wf-inc", input: { x: z.number() }, output: z.number() }, ({ x }) => x + 1);

let count = 0;
const input = { sample: Sample, index: file(".fa"), n: z.number(), name: z.string() };
type Args = {
  readonly [K in keyof z.output<z.ZodObject<typeof input>>]: Lazy<z.output<z.ZodObject<typeof input>>[K]>;
};

function problemOf(body: (args: Args) => unknown, output?: z.ZodType): LigaseError {
  const name = `wf-${++count}`;
  workflow({ name, input, ...(output === undefined ? {} : { output }) }, body as never);
  try {
    const definition = requireTask(name);
    assert.ok(definition.kind === "workflow");
    assert.fail(`compiled to ${definition.template.nodes.length} nodes`);
  } catch (error) {
    if (isLigaseError(error)) return error;
    throw error;
  }
}

const HERE = /workflow\.test\.ts:\d+:\d+/;

const problems: readonly (readonly [string, (args: Args) => unknown, string, readonly RegExp[]])[] = [
  [
    "a lazy value of a wrong type",
    ({ n, index }) => align({ sample: n as never, index }),
    "wrong-argument",
    [/"sample" of wf-align/, /number/],
  ],
  [
    "a constant of a wrong type",
    ({ sample, index }) => align({ sample, index, threads: "two" as never }),
    "wrong-argument",
    [/"threads"/, /number/],
  ],
  [
    "a wrong type deep in a structure",
    ({ n, index }) => align({ sample: { id: "a", lanes: [n, "b" as never] }, index }),
    "wrong-argument",
    [/"sample\.?\.lanes\[1\]"|"sample/],
  ],
  [
    "an unknown input",
    ({ sample, index }) => align({ sample, index, thread: 2 } as never),
    "wrong-argument",
    [/"thread"/, /inputs: sample, index, threads/],
  ],
  ["a missing input", ({ sample }) => align({ sample } as never), "wrong-argument", [/"index"/, /missing/]],
  ["arguments that are no record", ({ n }) => inc([n] as never), "wrong-argument", [/by name/]],
  [
    "an unknown field",
    ({ sample }) => inc({ x: (sample as never as { lane: never }).lane }),
    "unknown-field",
    [/"lane"/, /lanes: number\[\]/],
  ],
  [
    "the length of a list as a field",
    ({ sample }) => (sample.lanes as never as { length: unknown }).length,
    "unknown-field",
    [/"length"/],
  ],
  [
    "arithmetic with text",
    ({ name }) => add(name as never, 1),
    "operator-not-applicable",
    [/add needs a number, but got text/],
  ],
  [
    "a condition that is a number",
    ({ n }) =>
      cond(
        n as never,
        () => 1,
        () => 2,
      ),
    "operator-not-applicable",
    [/cond needs true or false, but got number/],
  ],
  [
    "a map over a record",
    ({ sample }) => map(sample as never, (item) => item),
    "operator-not-applicable",
    [/map needs a list/],
  ],
  ["a lazy value in arithmetic", ({ n }) => (n as never as number) * 2, "lazy-value-used", []],
  [
    "an unknown option of a call",
    ({ n }) => inc.with({ resourses: { cpu: 1 } } as never)({ x: n }),
    "option-unknown",
    [/"resourses"/],
  ],
  [
    "an option of a call that changes its value",
    ({ n }) => inc.with({ env: { A: "1" } } as never)({ x: n }),
    "option-unknown",
    [/"env"/, /declared with the task/],
  ],
  [
    "an option of a call of a wrong type",
    ({ n }) => inc.with({ timeout: "soon" as never })({ x: n }),
    "option-not-valid",
    [/"timeout"/, /2h/],
  ],
];

for (const [what, body, code, patterns] of problems) {
  test(`${what} is an error with its place`, () => {
    const error = problemOf(body);
    assert.equal(error.code, code);
    assert.match(error.message, HERE);
    for (const pattern of patterns) assert.match(error.message, pattern);
  });
}

test("what a workflow returns must fit its output", () => {
  const error = problemOf(({ n }) => ({ total: inc({ x: n }) }), z.object({ total: z.string() }));
  assert.equal(error.code, "wrong-output");
  assert.match(error.message, /"total".*expected text, found number/);
  assert.match(error.message, HERE);
});

test("two tasks of one name are an error that tells both places", () => {
  task({ name: "wf-taken" }, () => 1);
  assert.throws(
    () => workflow({ name: "wf-taken" }, () => 1),
    (error) =>
      isLigaseError(error, "task-name-taken") &&
      error.message.match(/workflow\.test\.ts:\d+:\d+/g)?.length === 2,
  );
});

test("a workflow that always calls itself is an error that names the cycle", () => {
  const self: (args: { x: unknown }) => Lazy<number> = workflow(
    { name: "wf-self", input: { x: z.number() }, output: z.number() },
    ({ x }) => add(self({ x }), 1),
  ) as never;
  assert.throws(
    () => requireTask("wf-self").kind === "workflow" && templateOf("wf-self"),
    (error) =>
      isLigaseError(error, "workflow-without-end") &&
      /wf-self → wf-self/.test(error.message) &&
      HERE.test(error.message),
  );
});

test("workflows that always call each other are an error, from whichever one starts", () => {
  const ping: (args: object) => Lazy<unknown> = workflow({ name: "wf-ping" }, () => ({
    next: pong({}),
  })) as never;
  const pong: (args: object) => Lazy<unknown> = workflow({ name: "wf-pong" }, () => [ping({})]) as never;
  for (const name of ["wf-ping", "wf-pong"])
    assert.throws(() => templateOf(name), { code: "workflow-without-end" });
});

test("a workflow may call itself in a branch, and read one part of a record beside another", () => {
  const down: (args: { n: unknown }) => Lazy<number> = workflow(
    { name: "wf-down", input: { n: z.number() }, output: z.number() },
    ({ n }) =>
      cond(
        gt(n, 0),
        () => down({ n: sub(n, 1) }),
        () => n,
      ),
  ) as never;
  assert.ok(templateOf("wf-down").nodes.length > 0);
});

test("a default may be left out and an optional input given as undefined", () => {
  workflow({ name: "wf-fits", input }, ({ sample, index }) => [
    align({ sample, index }),
    align({ sample, index, threads: length(sample.lanes) }),
  ]);
  assert.ok(templateOf("wf-fits").nodes.length > 0);
});

function templateOf(name: string): { readonly nodes: readonly unknown[] } {
  const definition = requireTask(name);
  assert.ok(definition.kind === "workflow");
  return definition.template;
}
