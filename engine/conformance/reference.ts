import type { ListExpression, NumberExpression } from "./random-graph.ts";

/*
 * What a random graph is worth, by a direct evaluation that knows nothing of calls, order or time: by need, lenient in
 * structure, the first error in the order of the template.
 */

export type Worth = { readonly value: number } | { readonly error: string };

class Failure extends Error {}

type Thunk = () => number;

/** Evaluates once, when asked; an error is remembered too. */
function thunk(compute: Thunk): Thunk {
  let known: (() => number) | null = null;
  return () => {
    if (known === null) {
      try {
        const value = compute();
        known = () => value;
      } catch (error) {
        known = () => {
          throw error;
        };
      }
    }
    return known();
  };
}

/** The value or the error's message. */
export function worthOf(expression: NumberExpression): Worth {
  return attempt(() => evaluate(expression, []));
}

function attempt(compute: () => number): Worth {
  try {
    return { value: compute() };
  } catch (error) {
    if (error instanceof Failure) return { error: error.message };
    throw error;
  }
}

const failIfOdd = (x: number): number => {
  if (x % 2 !== 0) throw new Failure(`odd ${x}`);
  return x;
};

function evaluate(expression: NumberExpression, env: readonly Thunk[]): number {
  const of = (inner: NumberExpression): number => evaluate(inner, env);
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "variable":
      return env[expression.index % Math.max(1, env.length)]?.() ?? expression.index;
    case "inc":
    case "in-workflow":
      return of(expression.of) + 1;
    case "double":
      return 2 * of(expression.of);
    case "fail-if-odd":
      return failIfOdd(of(expression.of));
    case "add":
      return of(expression.left) + of(expression.right);
    case "pair":
    case "partial":
      return 2 * of(expression.left) + of(expression.right);
    case "after":
    case "last-of-seq":
      of(expression.left);
      return of(expression.right);
    case "field":
      return of(expression.right);
    case "part-of-workflow":
      return of(expression.left) + 1;
    case "cond":
      return of(expression.test) > 2 ? of(expression.chosen) : of(expression.otherwise);
    case "catch": {
      const worth = attempt(() => of(expression.body));
      return "value" in worth ? worth.value : expression.instead;
    }
    case "apply":
      return evaluate(expression.body, [thunk(() => of(expression.to)), ...env]);
    case "sum":
      return whole(expression.list, env).reduce((sum, item) => sum + item, 0);
    case "length":
      return whole(expression.list, env).length;
    case "first":
      return items(expression.list, env)[0]?.() ?? 7;
    case "reduce":
      return fold(expression, env);
    case "fail":
      throw new Failure(expression.message);
  }
}

function fold(
  { list, from, step }: Extract<NumberExpression, { kind: "reduce" }>,
  env: readonly Thunk[],
): number {
  const all = items(list, env);
  let state = evaluate(from, env);
  for (const item of all) {
    const before = state;
    state = evaluate(step, [() => before, item, ...env]);
  }
  return state;
}

/** Every item, to the bottom. */
const whole = (list: ListExpression, env: readonly Thunk[]): readonly number[] =>
  items(list, env).map((item) => item());

/** The shape of a list; its items are not evaluated. */
function items(expression: ListExpression, env: readonly Thunk[]): readonly Thunk[] {
  const inside = (body: NumberExpression, x: Thunk): Thunk => thunk(() => evaluate(body, [x, ...env]));
  switch (expression.kind) {
    case "list":
      return expression.items.map((item) => thunk(() => evaluate(item, env)));
    case "from-task": {
      const x = evaluate(expression.item, env);
      return Array.from({ length: expression.size }, (_, index) => () => x + index);
    }
    case "map":
      return items(expression.list, env).map((x) => inside(expression.body, x));
    case "settled": {
      const settled = items(expression.list, env).map((x) => attempt(inside(expression.body, x)));
      return settled.map((worth) => () => ("value" in worth ? worth.value : -1));
    }
    case "concat":
      return [...items(expression.left, env), ...items(expression.right, env)];
    case "flatten":
      return items(expression.list, env).flatMap((x) => [inside(expression.body, x), x]);
    case "grouped":
      return grouped(keyed(expression, env));
    case "sorted":
      return keyed(expression, env)
        .toSorted((a, b) => a.key - b.key)
        .map(({ value }) => value);
  }
}

interface Row {
  readonly key: number;
  readonly value: Thunk;
}

/** Rows whose keys are known, all of them before anything else. */
function keyed(
  { list, key, value }: Extract<ListExpression, { kind: "grouped" | "sorted" }>,
  env: readonly Thunk[],
): readonly Row[] {
  return items(list, env).map((x) => ({
    key: evaluate(key, [x, ...env]) % 3 || 0,
    value: thunk(() => evaluate(value, [x, ...env])),
  }));
}

function grouped(rows: readonly Row[]): readonly Thunk[] {
  const groups = Map.groupBy(rows, ({ key }) => key);
  return [...groups].map(([key, members]) =>
    thunk(() => key + members.map(({ value }) => value()).reduce((sum, item) => sum + item, 0)),
  );
}
