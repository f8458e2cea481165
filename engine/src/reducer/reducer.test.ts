import assert from "node:assert/strict";
import { test } from "node:test";
import { catchError, cond, concat, groupBy, map, reduce, repeat, seq, settle, add, eq, gt, fail, after, task, workflow, z, partial, lambda, apply, lt, range, approve, type Lazy } from "@ligase/sdk";
import { compileExpression, findTask, type Template } from "@ligase/sdk/internal";
import { Reducer } from "./reducer.ts";
import type { CallRequest } from "./effects.ts";

const inc = task({ name: "inc", input: { x: z.number() }, output: z.number() }, ({ x }) => x + 1);
const pair = task({ name: "pair", input: { a: z.number(), b: z.number() }, output: z.number() }, ({ a, b }) => a + b);

const bodies: Record<string, (args: never) => unknown> = {
  inc: ({ x }: { x: number }) => x + 1,
  pair: ({ a, b }: { a: number; b: number }) => a + b,
};

function program(): ConstructorParameters<typeof Reducer>[0]["program"] {
  return {
    workflow: (name) => {
      const definition = findTask(name);
      if (definition?.kind !== "workflow") throw new Error(name);
      return definition.template;
    },
    reachesGate: () => false,
  };
}

/** Reduces an expression, answering calls by the table of bodies in the order that `pick` chooses. */
function evaluate(expression: unknown, pick: (calls: CallRequest[]) => number = () => 0): { value?: unknown; error?: { message: string }; calls: string[] } {
  const reducer = new Reducer({ program: program(), template: compileExpression(expression), args: {} });
  const calls: string[] = [];
  const queue: CallRequest[] = [];
  for (;;) {
    const effects = reducer.take();
    queue.push(...effects.calls);
    for (const delay of effects.delays) reducer.resolveDelay(delay.id);
    if (reducer.result !== null) return { ...(reducer.result as { value: unknown }), calls };
    if (queue.length === 0) {
      if (effects.delays.length > 0) continue;
      if (!reducer.failCycles()) throw new Error("stuck");
      continue;
    }
    const [next] = queue.splice(pick(queue), 1) as [CallRequest];
    calls.push(next.name);
    if (next.target === "workflow") {
      reducer.resolveWorkflow(next.id, program().workflow(next.name), next.args, next.origin);
      continue;
    }
    try {
      const value = bodies[next.name]?.(next.args as never);
      if (typeof value === "object" && value !== null && "nodes" in value) reducer.resolveExpression(next.id, value as Template);
      else reducer.resolve(next.id, { value, origin: { kind: "call", id: next.id, path: "" } });
    } catch (error) {
      reducer.resolve(next.id, { error: { kind: "user", name: "Error", message: (error as Error).message } });
    }
  }
}

test("a structure with calls comes back in its shape with every leaf evaluated", () => {
  const a = inc({ x: 1 });
  const { value, calls } = evaluate([a, { k: inc({ x: a }) }]);
  assert.deepEqual(value, [2, { k: 3 }]);
  assert.deepEqual(calls, ["inc", "inc"]);
});

test("map, reduce, cond, repeat and seq give their values", () => {
  assert.deepEqual(evaluate(map([1, 2, 3], (x) => inc({ x }))).value, [2, 3, 4]);
  assert.deepEqual(evaluate(reduce([1, 2, 3], 0, (a: Lazy<number>, x) => pair({ a, b: x }))).value, 6);
  assert.deepEqual(evaluate(cond(gt(inc({ x: 1 }), 1), () => "yes", () => "no")).value, "yes");
  assert.deepEqual(evaluate(repeat(0, (x) => inc({ x }), (x) => eq(x, 5), { delay: "1s" })).value, 5);
  assert.deepEqual(evaluate(seq([inc({ x: 1 }), inc({ x: 2 })])).value, [2, 3]);
  assert.deepEqual(evaluate(after(inc({ x: 5 }), () => inc({ x: 1 }))).value, 2);
});

test("an error is caught by its handler, and settle splits good from failed", () => {
  assert.deepEqual(evaluate(catchError(() => fail("no"), (e) => e.message)).value, "no");
  const items = map([1, 2], (x) => cond(eq(x, 1), () => fail("one"), () => x));
  const settled = evaluate(settle(items)).value as { ok: boolean }[];
  assert.deepEqual(settled.map((item) => item.ok), [false, true]);
});

test("rows are grouped while their other fields are pending", () => {
  const rows = map([{ s: "a", x: 1 }, { s: "b", x: 2 }, { s: "a", x: 3 }], (r) => ({ s: r.s, y: inc({ x: r.x }) }));
  const groups = map(groupBy(rows, "s"), (g) => ({ s: g.s, ys: map(g.rows, (r) => r.y) }));
  assert.deepEqual(evaluate(groups).value, [{ s: "a", ys: [2, 4] }, { s: "b", ys: [3] }]);
});

test("tasks and lambdas are values", () => {
  const p = partial(pair, { a: 1 });
  assert.equal(evaluate(apply(p as never, { b: 2 } as never)).value, 3);
  const f = lambda<[number], Lazy<number>>((x) => inc({ x }));
  assert.equal(evaluate(apply(f as never, 3 as never)).value, 4);
});

test("a chain of 100,000 nested calls and a tail recursion of 100,000 are reduced", () => {
  let x: unknown = 0;
  for (let n = 0; n < 100_000; n++) x = inc({ x: x as number });
  assert.equal(evaluate(x).value, 100_000);
  const down = task({ name: "down", input: { n: z.number() } }, () => 0);
  bodies["down"] = ({ n }: { n: number }) => (n === 0 ? 0 : compileExpression(inc({ x: down({ n: n - 1 }) as never })));
  assert.equal(evaluate(down({ n: 100_000 })).value, 100_000);
});

test("a workflow opens with pending arguments and can call itself", () => {
  const fact: ReturnType<typeof make> = make();
  function make() {
    return workflow({ name: "count-up", input: { n: z.number(), to: z.number() }, output: z.number() }, ({ n, to }): Lazy<number> =>
      cond(lt(n, to), () => fact({ n: inc({ x: n }), to }), () => n) as Lazy<number>);
  }
  assert.equal(evaluate(fact({ n: 0, to: 50 })).value, 50);
});

test("a million items go through the window", () => {
  assert.equal((evaluate(map(range(300_000), (x) => add(x, 1))).value as number[]).length, 300_000);
});

void concat; void approve;
