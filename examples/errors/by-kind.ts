/**
 * `catchError` by kind of failure. A method that takes too long or too much memory (`resource`) is replaced by a coarser
 * one; a sample that cannot be worked on (`user`) ends with a sentence that says so; whatever else goes wrong, a node
 * lost or a mistake in the workflow, passes on, for no other result would be right. The handler gets the error as data.
 * A handled error of kind `user` replays as handled; one of kind `resource` is tried again in the next run.
 *
 *     ligase run examples/errors/by-kind.ts estimate --reads 5000
 *     ligase run examples/errors/by-kind.ts estimate --reads 7
 */
import { catchError, fail, format, out, script, sh, workflow, z } from "ligase";

/** Takes a second for every thousand reads; fewer than ten are not enough. */
const exactly = script({
  name: "estimate-exactly",
  input: { reads: z.int() },
  output: { depth: out.json(z.number()), method: out.value("exact") },
  timeout: "1s",
  command: ({ reads }) => sh`
    if [ ${reads} -lt 10 ]; then echo "too few reads: "${reads} >&2; exit 1; fi
    sleep $((${reads} / 1000))
    echo $((${reads} * 100 / 48502))
  `,
});

const roughly = script({
  name: "estimate-roughly",
  input: { reads: z.int() },
  output: { depth: out.json(z.number()), method: out.value("rough") },
  command: ({ reads }) => sh`echo $((${reads} / 500))`,
});

export const estimate = workflow(
  {
    name: "estimate",
    description: "Depth of coverage, as exactly as time allows",
    input: { reads: z.int().min(0) },
  },
  ({ reads }) =>
    catchError(() => exactly({ reads }), {
      resource: () => roughly({ reads }),
      user: (error) => fail(format`There is no estimate for ${reads} reads. ${error.message}`),
    }),
);
