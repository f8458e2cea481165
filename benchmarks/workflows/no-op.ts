import { map, range, task, workflow, z } from "ligase";

/** Does nothing, in the scheduler's process. */
const light = task(
  { name: "light-no-op", input: { x: z.number() }, output: z.number(), light: true },
  ({ x }) => x,
);
/** Does nothing, in the pool of child processes. */
const pooled = task({ name: "pooled-no-op", input: { x: z.number() }, output: z.number() }, ({ x }) => x);

export const fanOutLight = workflow({ name: "fan-out-light", input: { width: z.number() } }, ({ width }) =>
  map(range(width), (x) => light({ x })),
);

export const fanOutPooled = workflow({ name: "fan-out-pooled", input: { width: z.number() } }, ({ width }) =>
  map(range(width), (x) => pooled({ x })),
);
