import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { cond, map } from "../authoring/control.ts";
import { add, eq, mul } from "../authoring/operators.ts";
import { requireTask } from "../authoring/registry.ts";
import { task } from "../authoring/task.ts";
import { workflow } from "../authoring/workflow.ts";
import type { Lazy } from "./lazy.ts";
import { hashTemplate, innerTemplates } from "./template-hash.ts";

const inc = task({ name: "hash-inc", input: { x: z.number() }, output: z.number() }, ({ x }) => x + 1);
let count = 0;

function hashOf(body: (x: Lazy<number>) => unknown): string {
  const name = `hash-${++count}`;
  workflow({ name, input: { x: z.number() } }, ({ x }) => body(x));
  const definition = requireTask(name);
  assert.ok(definition.kind === "workflow");
  return hashTemplate(definition.template);
}

test("the same body at another place and under another name has the same hash", () => {
  const first = hashOf((x) => map([1, 2], (item) => inc({ x: add(item, x) })));
  const second = hashOf((x) => map([1, 2], (item) => inc({ x: add(item, x) })));
  assert.equal(first, second);
});

test("placement, concurrency and labels do not count, in closures too", () => {
  const plain = hashOf((x) =>
    map([1, 2], (item) =>
      cond(
        eq(item, x),
        () => inc({ x: item }),
        () => 0,
      ),
    ),
  );
  const placed = hashOf((x) =>
    map(
      [1, 2],
      (item) =>
        cond(
          eq(item, x),
          () => inc.with({ resources: { cpu: 4 }, labels: { team: "a" } })({ x: item }),
          () => 0,
        ),
      { concurrency: 3 },
    ),
  );
  assert.equal(plain, placed);
});

test("the order of record keys in constants does not count", () => {
  assert.equal(
    hashOf(() => ({ a: 1, b: { c: 2, d: 3 } })),
    hashOf(() => ({ b: { d: 3, c: 2 }, a: 1 })),
  );
});

const changes: Readonly<Record<string, (x: Lazy<number>) => unknown>> = {
  "an operator": (x) => map([1, 2], (item) => inc({ x: mul(item, x) })),
  "a constant": (x) => map([1, 3], (item) => inc({ x: add(item, x) })),
  "a capture": () => map([1, 2], (item) => inc({ x: add(item, 1) })),
  "a minimum of successes": (x) => map([1, 2], (item) => inc({ x: add(item, x) }), { minSuccess: 1 }),
};

for (const [change, body] of Object.entries(changes)) {
  test(`${change} changes the hash`, () => {
    assert.notEqual(
      hashOf(body),
      hashOf((x) => map([1, 2], (item) => inc({ x: add(item, x) }))),
    );
  });
}

test("inner templates are found wherever closures stand", () => {
  const name = `hash-${++count}`;
  workflow({ name }, () =>
    map([1], (item) =>
      cond(
        eq(item, 1),
        () => map([2], (other) => inc({ x: other })),
        () => [0],
      ),
    ),
  );
  const definition = requireTask(name);
  assert.ok(definition.kind === "workflow");
  const calls = [...innerTemplates(definition.template)].flatMap((template) =>
    template.nodes.filter((node) => node.op === "call"),
  );
  assert.equal(calls.length, 1);
});
