import { range, reduce, task, workflow, z } from "ligase";

const input = { x: z.number() };
const light = task({ name: "light-step", input, output: z.number(), light: true }, ({ x }) => x + 1);
const pooled = task({ name: "pooled-step", input, output: z.number() }, ({ x }) => x + 1);

/** `from` makes the steps of one chain others than those of the next. */
const chain = { from: z.number().default(0), count: z.number() };

/** One step after another: each takes what the one before gave. */
export const stepsLight = workflow({ name: "steps-light", input: chain }, ({ from, count }) =>
  reduce(range(count), from, (before) => light({ x: before })),
);

export const stepsPooled = workflow({ name: "steps-pooled", input: chain }, ({ from, count }) =>
  reduce(range(count), from, (before) => pooled({ x: before })),
);

const once = task(
  { name: "once-step", input, output: z.number(), light: true, cache: false },
  ({ x }) => x + 1,
);

/** Each step is on the disk before the next begins: so it is with what is computed once per run. */
export const stepsDurable = workflow({ name: "steps-durable", input: chain }, ({ from, count }) =>
  reduce(range(count), from, (before) => once({ x: before })),
);

/** A workflow of one step. */
export const oneStep = workflow({ name: "one-step", input }, ({ x }) => light({ x }));
