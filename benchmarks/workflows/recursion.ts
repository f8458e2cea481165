import { add, task, workflow, z, type Lazy } from "ligase";

/** Fibonacci as a dynamic task: its work grows with distinct calls, not with paths. */
export const fib = task(
  { name: "fib", input: { n: z.number() }, output: z.number(), light: true },
  ({ n }): number | Lazy<number> => (n < 2 ? n : add(fib({ n: n - 1 }), fib({ n: n - 2 }))),
) as (args: { n: number }) => Lazy<number>;

export const fibonacci = workflow({ name: "fibonacci", input: { n: z.number() } }, ({ n }) =>
  (fib as never as (args: { n: Lazy<number> }) => Lazy<number>)({ n }),
);

const inc = task(
  { name: "inc", input: { x: z.number() }, output: z.number(), light: true },
  ({ x }) => x + 1,
);

/** A chain of nested calls, built by a task: `inc(inc(… inc(0)))`. */
export const chain = task(
  { name: "chain", input: { depth: z.number() }, output: z.number(), light: true },
  ({ depth }) => {
    let value: number | Lazy<number> = 0;
    for (let step = 0; step < depth; step++) value = inc({ x: value });
    return value;
  },
);

/** Recursion that is not a tail call: `inc(down(n - 1))`. */
export const down = task(
  { name: "down", input: { n: z.number() }, output: z.number(), light: true },
  ({ n }): number | Lazy<number> => (n === 0 ? 0 : inc({ x: down({ n: n - 1 }) })),
) as (args: { n: number }) => Lazy<number>;
