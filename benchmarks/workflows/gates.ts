import { channel } from "node:diagnostics_channel";
import { approve, task, workflow, z } from "ligase";

/** Hears of each body that runs, with its argument. */
const resumes = channel("ligase-bench-resumed");

const resumed = task(
  { name: "resumed", input: { x: z.number() }, output: z.number(), light: true },
  ({ x }) => {
    resumes.publish(x);
    return x;
  },
);

/** Waits for a person, and then does one step. */
export const gated = workflow({ name: "gated", input: { x: z.number() } }, ({ x }) =>
  resumed({ x: approve(x, { name: "ok" }) }),
);
