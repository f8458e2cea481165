import { external, file, workflow, z } from "@ligase/sdk";

/* A workflow whose work is done by programs outside. */

const label = external({
  name: "label",
  topic: "images",
  retries: { count: 3, backoff: "10ms" },
  input: { image: z.string(), page: file().optional() },
  output: z.object({ kind: z.enum(["cell", "dirt"]), boxes: z.array(z.object({ x: z.number() })) }),
});

export const labelled = workflow(
  { name: "labelled", input: { image: z.string(), page: file().optional() } },
  (input) => label(input),
);

export const plain = workflow({ name: "plain", input: { image: z.string() } }, ({ image }) =>
  label({ image }),
);
