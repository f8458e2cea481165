import { map, range, task, workflow, z } from "ligase";

/** Never ends, and one of them may run at a time (a limit that nobody sets holds one): all others queue. */
const held = task(
  { name: "held", input: { x: z.number() }, output: z.number(), light: true, limits: ["hold"] },
  () => Promise.withResolvers<number>().promise,
);

export const fanOutHeld = workflow({ name: "fan-out-held", input: { width: z.number() } }, ({ width }) =>
  map(range(width), (x) => held({ x })),
);
