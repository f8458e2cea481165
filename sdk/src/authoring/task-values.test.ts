import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { compileExpression } from "../graph/compile.ts";
import { nodeOf } from "../graph/lazy.ts";
import { callableFields, type Callable } from "../values/callable.ts";
import { decode, encode } from "../values/codec.ts";
import { add } from "./operators.ts";
import { requireTask } from "./registry.ts";
import { task } from "./task.ts";
import { apply, lambda, partial, taskType } from "./task-values.ts";
import { workflow } from "./workflow.ts";

const X = z.object({ x: z.number() });
const inc = task({ name: "values-inc", input: { x: z.number() }, output: z.number() }, ({ x }) => x + 1);

const operations = (name: string): readonly string[] => {
  const definition = requireTask(name);
  assert.ok(definition.kind === "workflow");
  return definition.template.nodes.map((node) => node.op);
};

test("a workflow calls a lazy task value directly or with apply: the same expression", () => {
  const input = { f: taskType({ input: X, output: z.number() }) };
  workflow({ name: "values-direct", input }, ({ f }) => f({ x: 1 }));
  workflow({ name: "values-apply", input }, ({ f }) => apply(f, { x: 1 }));
  assert.deepEqual(operations("values-direct"), operations("values-apply"));
  assert.ok(operations("values-direct").includes("apply"));
});

test("arguments of a lazy task value are checked, and its output is typed", () => {
  workflow({ name: "values-wrong", input: { f: taskType({ input: X, output: z.number() }) } }, ({ f }) =>
    f({ y: 1 } as never),
  );
  assert.throws(() => operations("values-wrong"), { code: "wrong-argument" });
  workflow({ name: "values-typed", input: { f: taskType({ input: X, output: X }) } }, ({ f }) => {
    assert.deepEqual(nodeOf(f({ x: 1 }).x).type, { kind: "number" });
    return f({ x: 1 });
  });
  operations("values-typed");
});

test("a task passed to a task must take and give what is asked for", () => {
  const higher = task(
    { name: "values-higher", input: { f: taskType({ input: X, output: z.string() }) }, output: z.string() },
    ({ f }) => f({ x: 1 }),
  );
  assert.doesNotThrow(() => higher({ f: inc as never }), "its types are known where it is called");
});

test("a decoded task value is callable, and its call is an expression", () => {
  const back = decode(encode({ f: inc })) as { f: typeof inc };
  const template = compileExpression(back.f({ x: 1 }));
  assert.equal(template.nodes[template.result]?.op, "call");
});

test("(9) the text of a task value follows its code", () => {
  const text = (hash: string): string => encode({ f: inc }, { taskHash: () => hash });
  assert.notEqual(text("1:a"), text("1:b"));
  assert.equal(text("1:a"), text("1:a"));
});

const lambdaValue = (): Callable => {
  const template = compileExpression(lambda((x) => add(x as never, 1)));
  const node = template.nodes[template.result];
  assert.ok(node?.op === "lambda");
  return decode(
    `{"$call":${encode({ kind: "lambda", template: node.closure.template, captures: [] }, { locations: true })}}`,
  ) as Callable;
};

test("the hashed text of a lambda is what its template means, wherever it stands in the code", () => {
  const first = lambdaValue();
  const second = lambdaValue();
  assert.equal(encode(first), encode(second));
});

test("a stored lambda comes back whole and can be called", () => {
  const value = lambdaValue();
  const back = decode(encode(value, { locations: true })) as Callable & ((x: number) => unknown);
  assert.deepEqual(callableFields(back).kind, "lambda");
  const template = compileExpression(back(1));
  assert.equal(template.nodes[template.result]?.op, "apply");
});

test("a partial is an expression that can be called with the rest", () => {
  const pair = task(
    { name: "values-pair", input: { a: z.number(), b: z.number() }, output: z.number() },
    ({ a, b }) => a - b,
  );
  const bound = partial(pair, { a: inc({ x: 1 }) });
  const template = compileExpression(bound({ b: 2 }));
  assert.deepEqual(
    template.nodes.map((node) => node.op).filter((op) => op === "partial" || op === "apply"),
    ["partial", "apply"],
  );
});
