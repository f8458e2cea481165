/**
 * Retries: a script that fails twice and works the third time. A failed attempt is followed by another as often as
 * `retries` says, after a wait that doubles; only failures of the kinds in `on` count. How often a job is tried is no part
 * of its key: more retries do not run again what is there. The log of every attempt is kept.
 *
 *     ligase run examples/errors/retries.ts fetch-reference --name lambda
 *     ligase logs fetch --attempt 1
 */
import { out, script, sh, workflow, z } from "ligase";

/** A stand-in for a server that refuses the first two visitors. */
const fetch = script({
  name: "fetch",
  input: { name: z.string() },
  output: out.file("reference.fa", { nonEmpty: true }),
  retries: { count: 3, backoff: "100ms", on: ["user"] },
  command: ({ name }, reference) => sh`
    if [ $LIGASE_ATTEMPT -lt 3 ]; then echo "503: come back later" >&2; exit 22; fi
    printf '>%s\nACGT\n' ${name} > ${reference}
  `,
});

export const fetchReference = workflow(
  { name: "fetch-reference", input: { name: z.string().default("lambda") } },
  ({ name }) => fetch({ name }),
);

/** The same call with other retries: how a call is placed can be said where it is made. */
export const fetchImpatiently = workflow(
  { name: "fetch-impatiently", input: { name: z.string().default("lambda") } },
  ({ name }) => fetch.with({ retries: 1 })({ name }),
);
