/**
 * Tasks as values: a task that takes a task, a workflow that takes a task, an argument bound in advance (`partial`), and
 * a closure that is passed like any other value (`lambda`). What is passed counts in the key by its own code: when a
 * method changes, what was computed with it is computed again, and what was computed with the others is not.
 *
 *     ligase run examples/dynamic/higher-order.ts compare-methods --values 3 --values 1 --values 8 --values 2
 */
import { count, div, lambda, map, partial, sub, sum, task, taskType, workflow, z, type Lazy } from "ligase";

const Numbers = z.array(z.number());
const Method = taskType({ input: z.object({ values: Numbers }), output: z.number() });

const mean = workflow({ name: "mean", input: { values: Numbers }, output: z.number() }, ({ values }) =>
  div(sum(values), count(values)),
);

const median = task({ name: "median", input: { values: Numbers }, output: z.number() }, ({ values }) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
});

const quantile = task(
  { name: "quantile", input: { values: Numbers, share: z.number().min(0).max(1) }, output: z.number() },
  ({ values, share }) => values.toSorted((a, b) => a - b)[Math.round(share * (values.length - 1))] ?? 0,
);

/** What a method gives with each of the values left out: its body calls the task that it was given. */
const leaveOneOut = task(
  { name: "leave-one-out", input: { method: Method, values: Numbers }, output: Numbers },
  ({ method, values }) => values.map((_, left) => method({ values: values.toSpliced(left, 1) })),
);

const assess = workflow(
  { name: "assess", input: { method: Method, values: Numbers } },
  ({ method, values }) => {
    const middle = method({ values });
    const fromMiddle = lambda((value: Lazy<number>) => sub(value, middle));
    return {
      middle,
      leftOut: leaveOneOut({ method, values }),
      residuals: map(values, (value) => fromMiddle(value)),
    };
  },
);

export const compareMethods = workflow(
  {
    name: "compare-methods",
    description: "Middles of some numbers, and how far they depend on single ones",
    input: { values: Numbers.default([3, 1, 8, 2]) },
  },
  ({ values }) => ({
    mean: assess({ method: mean, values }),
    median: assess({ method: median, values }),
    upperQuartile: assess({ method: partial(quantile, { share: 0.75 }), values }),
  }),
);
