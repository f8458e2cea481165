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

/** A workflow of one step. */
export const oneStep = workflow({ name: "one-step", input }, ({ x }) => light({ x }));
