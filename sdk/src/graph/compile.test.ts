import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { cond, map } from "../authoring/control.ts";
import { approve } from "../authoring/gate.ts";
import { add, eq } from "../authoring/operators.ts";
import { task } from "../authoring/task.ts";
import { workflow } from "../authoring/workflow.ts";
import { requireTask } from "../authoring/registry.ts";
import { isLigaseError } from "../errors/ligase-error.ts";
import { compileExpression } from "./compile.ts";
import type { Template, TemplateNode } from "./template.ts";
import type { Lazy } from "./lazy.ts";

const inc = task({ name: "compile-inc", input: { x: z.number() }, output: z.number() }, ({ x }) => x + 1);

const nodes = <K extends TemplateNode["op"]>(template: Template, op: K): Extract<TemplateNode, { op: K }>[] =>
  template.nodes.filter((node): node is Extract<TemplateNode, { op: K }> => node.op === op);

function templateOf(name: string): Template {
  const definition = requireTask(name);
  assert.ok(definition.kind === "workflow");
  return definition.template;
}

test("equal pure nodes and equal task calls are one node", () => {
  const template = compileExpression([inc({ x: 1 }), inc({ x: 1 }), add(inc({ x: 1 }), 2), inc({ x: 2 })]);
  assert.equal(nodes(template, "call").length, 2);
});

test("nodes stand after their operands, and the result needs all of them", () => {
  const template = compileExpression({ sum: add(inc({ x: 1 }), inc({ x: 2 })) });
  template.nodes.forEach((node, index) => {
    if (node.op === "primitive") for (const operand of node.operands) assert.ok(operand < index);
    if (node.op === "call") assert.ok(node.args < index);
  });
  assert.equal(template.result, template.nodes.length - 1);
});

test("a structure without lazy parts is one constant, however large", () => {
  const template = compileExpression({ fixed: [1, { deep: ["a"] }], lazy: inc({ x: 1 }) });
  const constants = nodes(template, "value").map((node) => node.value);
  assert.deepEqual(
    constants.filter((value) => Array.isArray(value)),
    [[1, { deep: ["a"] }]],
  );
});

test("a closure's template is closed: what it uses from outside comes in after its own parameters", () => {
  const outside = inc({ x: 1 });
  const template = compileExpression(map([1, 2], (item) => add(item, outside)));
  const [node] = nodes(template, "map");
  assert.ok(node !== undefined);
  assert.equal(node.body.template.params, 3, "item, index, and one capture");
  assert.deepEqual(
    node.body.captures.map((index) => template.nodes[index]?.op),
    ["call"],
  );
});

test("a capture goes through every closure in between", () => {
  const outside = inc({ x: 1 });
  const template = compileExpression(map([[1], [2]], (row) => map(row, (item) => add(item, outside))));
  const [outer] = nodes(template, "map");
  const [inner] = outer === undefined ? [] : nodes(outer.body.template, "map");
  assert.equal(outer?.body.captures.length, 1);
  assert.equal(inner?.body.captures.length, 1);
  assert.equal(inner?.body.template.params, 3);
});

test("what a closure uses twice is captured once", () => {
  const outside = inc({ x: 1 });
  const template = compileExpression(map([1], (item) => [add(item, outside), add(outside, outside)]));
  assert.equal(nodes(template, "map")[0]?.body.captures.length, 1);
});

test("a lazy value carried out of its closure is an error that says where it was made", () => {
  let escaped: Lazy<number> | undefined;
  workflow({ name: "compile-escaped" }, () => {
    const list = map([1], (item) => (escaped = inc({ x: item })));
    return [list, escaped];
  });
  assert.throws(
    () => templateOf("compile-escaped"),
    (error) => isLigaseError(error, "lazy-outside-closure") && /compile\.test\.ts:\d+/.test(error.message),
  );
});

test("a value of one workflow used in another is an error", () => {
  let stolen: Lazy<number> | undefined;
  workflow({ name: "compile-owner", input: { x: z.number() } }, ({ x }) => (stolen = inc({ x })));
  workflow({ name: "compile-thief" }, () => [stolen]);
  templateOf("compile-owner");
  assert.throws(() => templateOf("compile-thief"), { code: "lazy-outside-closure" });
});

test("gates are never merged, and a name used twice in one template is an error that says where", () => {
  workflow({ name: "compile-gates" }, () => [approve(1, { name: "a" }), approve(1, { name: "b" })]);
  assert.equal(nodes(templateOf("compile-gates"), "gate").length, 2);
  workflow({ name: "compile-same-gate" }, () => [approve(1, { name: "ok" }), approve(2, { name: "ok" })]);
  assert.throws(
    () => templateOf("compile-same-gate"),
    (error) =>
      isLigaseError(error, "gate-name-twice") &&
      error.message.includes('"ok"') &&
      /compile\.test\.ts:\d+/.test(error.message),
  );
});

test("branches are templates of their own: nothing of one is in the other", () => {
  const template = compileExpression(
    cond(
      eq(1, 1),
      () => inc({ x: 1 }),
      () => inc({ x: 2 }),
    ),
  );
  assert.equal(nodes(template, "call").length, 0);
  const [node] = nodes(template, "cond");
  assert.equal(nodes(node?.cases[0]?.then.template as Template, "call").length, 1);
});

test("an expression 100,000 calls deep compiles", () => {
  let deep: Lazy<number> = inc({ x: 0 });
  for (let index = 1; index < 100_000; index++) deep = inc({ x: deep });
  assert.equal(nodes(compileExpression(deep), "call").length, 100_000);
});

test("a structure that holds itself is an error and not an endless loop", () => {
  const ring: Record<string, unknown> = { call: 1 };
  ring["self"] = ring;
  assert.throws(() => compileExpression(ring), { code: "value-too-deep" });
});

test("a field first taken in one closure can be taken in another", () => {
  const outside = task({ name: "compile-pair", output: { a: z.number(), b: z.number() } }, () => ({
    a: 1,
    b: 2,
  }))({});
  const template = compileExpression(
    cond(
      true,
      () => ({ a: outside.a }),
      () => ({ a: outside.a, b: outside.b }),
    ),
  );
  assert.deepEqual(
    nodes(template, "get").map((node) => node.key),
    ["a", "b"],
  );
});
