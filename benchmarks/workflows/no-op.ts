import { add, map, range, task, workflow, z } from "ligase";

/** Does nothing, in the scheduler's process. */
const light = task(
  { name: "light-no-op", input: { x: z.number() }, output: z.number(), light: true },
  ({ x }) => x,
);
/** Does nothing, in the pool of child processes. */
const pooled = task({ name: "pooled-no-op", input: { x: z.number() }, output: z.number() }, ({ x }) => x);

/** `from` makes the tasks of one fan-out others than those of the next. */
const input = { from: z.number().default(0), width: z.number() };

export const fanOutLight = workflow({ name: "fan-out-light", input }, ({ from, width }) =>
  map(range(width), (x) => light({ x: add(x, from) })),
);

export const fanOutPooled = workflow({ name: "fan-out-pooled", input }, ({ from, width }) =>
  map(range(width), (x) => pooled({ x: add(x, from) })),
);

/** Takes what `light` gives. */
const second = task(
  { name: "second-no-op", input: { x: z.number() }, output: z.number(), light: true },
  ({ x }) => x,
);

/** Two tasks for each item, one of which feeds the other: something whose lineage can be asked. */
export const fanOutInPairs = workflow({ name: "fan-out-in-pairs", input }, ({ from, width }) =>
  map(range(width), (x) => second({ x: light({ x: add(x, from) }) })),
);
