import fc from "fast-check";
import {
  add,
  after,
  apply,
  catchError,
  concat,
  cond,
  fail,
  flatten,
  groupBy,
  gt,
  lambda,
  length,
  map,
  mod,
  partial,
  pluck,
  reduce,
  seq,
  settle,
  sortBy,
  sum,
  task,
  workflow,
  z,
  type Lazy,
} from "@ligase/sdk";

/*
 * Random graphs as data: expressions of numbers, lists of numbers and rows. `build` makes the expression that the engine
 * reduces; reference.ts says what it is worth.
 */

/** An expression that is worth a number. Variables count from the innermost closure. */
export type NumberExpression =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "variable"; readonly index: number }
  | { readonly kind: "inc" | "double" | "fail-if-odd" | "in-workflow"; readonly of: NumberExpression }
  | {
      readonly kind: "add" | "pair" | "partial" | "after" | "last-of-seq" | "field" | "part-of-workflow";
      readonly left: NumberExpression;
      readonly right: NumberExpression;
    }
  | {
      readonly kind: "cond";
      readonly test: NumberExpression;
      readonly chosen: NumberExpression;
      readonly otherwise: NumberExpression;
    }
  | { readonly kind: "catch"; readonly body: NumberExpression; readonly instead: number }
  | { readonly kind: "apply"; readonly body: NumberExpression; readonly to: NumberExpression }
  | { readonly kind: "sum" | "length" | "first"; readonly list: ListExpression }
  | {
      readonly kind: "reduce";
      readonly list: ListExpression;
      readonly from: NumberExpression;
      readonly step: NumberExpression;
    }
  | { readonly kind: "fail"; readonly message: string };

/** An expression that is worth a list of numbers. */
export type ListExpression =
  | { readonly kind: "list"; readonly items: readonly NumberExpression[] }
  | { readonly kind: "from-task"; readonly item: NumberExpression; readonly size: number }
  | { readonly kind: "map" | "settled"; readonly list: ListExpression; readonly body: NumberExpression }
  | { readonly kind: "concat"; readonly left: ListExpression; readonly right: ListExpression }
  | { readonly kind: "flatten"; readonly list: ListExpression; readonly body: NumberExpression }
  | {
      readonly kind: "grouped" | "sorted";
      readonly list: ListExpression;
      readonly key: NumberExpression;
      readonly value: NumberExpression;
    };

const number = z.number();
const light = { light: true } as const;

const inc = task({ name: "random.inc", input: { x: number }, output: number, ...light }, ({ x }) => x + 1);
const pair = task(
  { name: "random.pair", input: { a: number, b: number }, output: number, ...light },
  ({ a, b }) => 2 * a + b,
);
/** Its value is an expression. */
const double = task({ name: "random.double", input: { x: number }, output: number, ...light }, ({ x }) =>
  add(inc({ x }), inc({ x: x - 2 })),
);
const failIfOdd = task(
  { name: "random.fail-if-odd", input: { x: number }, output: number, ...light },
  ({ x }) => {
    if (x % 2 !== 0) throw new Error(`odd ${x}`);
    return x;
  },
);
const times = task(
  { name: "random.times", input: { x: number, size: number }, output: z.array(number), ...light },
  ({ x, size }) =>
    size % 2 === 0
      ? Array.from({ length: size }, (_, index) => x + index)
      : (Array.from({ length: size }, (_, index) => inc({ x: x + index - 1 })) as never),
);
const workflowInc = workflow({ name: "random.in-workflow", input: { x: number } }, ({ x }) =>
  inc({ x: add(x, 0) }),
);
const parts = workflow({ name: "random.parts", input: { a: number, b: number } }, ({ a, b }) => ({
  a: inc({ x: a }),
  b: failIfOdd({ x: b }),
}));

/** A small remainder, so that keys repeat; JavaScript's sign follows the dividend. */
const KEYS = 3;

/** The expression as the engine reduces it. */
export function build(expression: NumberExpression, env: readonly Lazy<number>[] = []): Lazy<number> {
  const of = (inner: NumberExpression): Lazy<number> => build(inner, env);
  switch (expression.kind) {
    case "constant":
      return expression.value as unknown as Lazy<number>;
    case "variable":
      return env[expression.index % Math.max(1, env.length)] ?? (expression.index as unknown as Lazy<number>);
    case "inc":
      return inc({ x: of(expression.of) });
    case "double":
      return double({ x: of(expression.of) });
    case "fail-if-odd":
      return failIfOdd({ x: of(expression.of) });
    case "in-workflow":
      return workflowInc({ x: of(expression.of) });
    case "add":
      return add(of(expression.left), of(expression.right));
    case "pair":
      return pair({ a: of(expression.left), b: of(expression.right) });
    case "partial":
      return apply(partial(pair, { a: of(expression.left) }), { b: of(expression.right) });
    case "after":
      return after(of(expression.left), () => of(expression.right));
    case "last-of-seq":
      return (
        seq([of(expression.left), of(expression.right)]) as unknown as Lazy<number>[]
      )[1] as Lazy<number>;
    case "field":
      return map(
        [{ a: of(expression.left), b: of(expression.right) }],
        (row) => row.b,
      )[0] as unknown as Lazy<number>;
    case "part-of-workflow":
      return parts({ a: of(expression.left), b: of(expression.right) }).a;
    case "cond":
      return cond(
        gt(of(expression.test), 2),
        () => of(expression.chosen),
        () => of(expression.otherwise),
      );
    case "catch":
      return catchError(
        () => of(expression.body),
        () => expression.instead,
      );
    case "apply":
      return apply(
        lambda<[number], Lazy<number>>((x) => build(expression.body, [x, ...env])),
        of(expression.to),
      );
    case "sum":
    case "length":
    case "first":
    case "reduce":
      return buildFold(expression, env);
    case "fail":
      return fail(expression.message);
  }
}

type Fold = Extract<NumberExpression, { kind: "sum" | "length" | "first" | "reduce" }>;

function buildFold(expression: Fold, env: readonly Lazy<number>[]): Lazy<number> {
  switch (expression.kind) {
    case "sum":
      return sum(buildList(expression.list, env));
    case "length":
      return length(buildList(expression.list, env));
    case "first":
      return concat(buildList(expression.list, env), [7])[0] as Lazy<number>;
    case "reduce":
      return reduce(
        buildList(expression.list, env),
        build(expression.from, env),
        (before: Lazy<number>, item) => build(expression.step, [before, item, ...env]),
      );
  }
}

function buildList(expression: ListExpression, env: readonly Lazy<number>[]): Lazy<number[]> {
  const inside = (body: NumberExpression, x: Lazy<number>): Lazy<number> => build(body, [x, ...env]);
  switch (expression.kind) {
    case "list":
      return expression.items.map((item) => build(item, env)) as unknown as Lazy<number[]>;
    case "from-task":
      return times({ x: build(expression.item, env), size: expression.size });
    case "map":
      return map(buildList(expression.list, env), (x) => inside(expression.body, x));
    case "settled":
      return map(settle(map(buildList(expression.list, env), (x) => inside(expression.body, x))), (item) =>
        cond(
          item.ok,
          () => item.value,
          () => -1,
        ),
      ) as Lazy<number[]>;
    case "concat":
      return concat(buildList(expression.left, env), buildList(expression.right, env));
    case "flatten":
      return flatten(map(buildList(expression.list, env), (x) => [inside(expression.body, x), x]));
    case "grouped": {
      const rows = map(buildList(expression.list, env), (x) => ({
        key: mod(inside(expression.key, x), KEYS),
        value: inside(expression.value, x),
      }));
      return map(groupBy(rows, "key"), (group) => add(group.key, sum(pluck(group.rows, "value"))));
    }
    case "sorted": {
      const rows = map(buildList(expression.list, env), (x) => ({
        key: mod(inside(expression.key, x), KEYS),
        value: inside(expression.value, x),
      }));
      return pluck(sortBy(rows, "key"), "value");
    }
  }
}

const { expression } = fc.letrec<{ expression: NumberExpression; list: ListExpression }>((tie) => {
  const of = tie("expression");
  const list = tie("list");
  const two = { left: of, right: of };
  const kind = <K extends string>(...kinds: readonly K[]) => fc.constantFrom(...kinds);
  return {
    expression: fc.oneof(
      { depthSize: "medium", maxDepth: 6, withCrossShrink: true },
      fc.record({ kind: kind("constant"), value: fc.integer({ min: -3, max: 6 }) }),
      fc.record({ kind: kind("variable"), index: fc.nat(5) }),
      fc.record({ kind: kind("inc", "double", "fail-if-odd", "in-workflow"), of }),
      fc.record({
        kind: kind("add", "pair", "partial", "after", "last-of-seq", "field", "part-of-workflow"),
        ...two,
      }),
      fc.record({ kind: kind("cond"), test: of, chosen: of, otherwise: of }),
      fc.record({ kind: kind("catch"), body: of, instead: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ kind: kind("apply"), body: of, to: of }),
      fc.record({ kind: kind("sum", "length", "first"), list }),
      fc.record({ kind: kind("reduce"), list, from: of, step: of }),
      fc.record({ kind: kind("fail"), message: fc.constantFrom("one", "two") }),
    ) as fc.Arbitrary<NumberExpression>,
    list: fc.oneof(
      { depthSize: "medium", maxDepth: 6, withCrossShrink: true },
      fc.record({ kind: kind("list"), items: fc.array(of, { maxLength: 4 }) }),
      fc.record({ kind: kind("from-task"), item: of, size: fc.nat(4) }),
      fc.record({ kind: kind("map", "settled"), list, body: of }),
      fc.record({ kind: kind("concat"), left: list, right: list }),
      fc.record({ kind: kind("flatten"), list, body: of }),
      fc.record({ kind: kind("grouped", "sorted"), list, key: of, value: of }),
    ) as fc.Arbitrary<ListExpression>,
  };
});

/** A random graph that is worth a number or an error. */
export const randomGraph: fc.Arbitrary<NumberExpression> = expression;
