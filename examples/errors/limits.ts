/**
 * Limits: jobs that hold a licence while they run. However many could start, no more run at a time than there are
 * licences: one, unless the engine is told otherwise. What is cached takes none, and a failed job gives its own back.
 * A job that asks for more than there are is an error at once and not a wait without end.
 *
 *     ligase run --limit license=2 examples/errors/limits.ts fold-all --sequences MKV --sequences GAT --sequences WLS
 */
import { map, out, script, sh, workflow, z } from "ligase";

const fold = script({
  name: "fold",
  input: { sequence: z.string() },
  output: out.stdout(),
  limits: ["license"],
  command: ({ sequence }) => sh`echo ${sequence} | rev`,
});

export const foldAll = workflow(
  { name: "fold-all", input: { sequences: z.array(z.string()).default(["MKV", "GAT", "WLS", "PPG"]) } },
  ({ sequences }) => map(sequences, (sequence) => fold({ sequence })),
);

/** Two licences for one job: `fold-large` cannot start on an engine that has one. */
export const foldLarge = workflow({ name: "fold-large", input: { sequence: z.string() } }, ({ sequence }) =>
  fold.with({ limits: { license: 2 } })({ sequence }),
);
