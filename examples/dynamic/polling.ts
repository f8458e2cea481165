/**
 * Polling with `repeat`: an order is placed at a sequencing centre, its state is asked for until it is final, and the
 * reads are fetched then. Equal calls of a run are one job, so the number of the round is an argument of the question:
 * each round asks anew. Between two rounds the run holds no process and no thread, however long the wait. The centre is
 * a stand-in that has the reads when it is asked for the third time, and rejects the sample `S0`.
 *
 *     ligase run examples/dynamic/polling.ts sequence --sample S1
 */
import { cond, eq, fail, format, or, out, repeat, script, sh, task, workflow, z } from "ligase";

const State = z.enum(["ordered", "sequencing", "done", "rejected"]);
type State = z.output<typeof State>;

const order = script({
  name: "order",
  input: { sample: z.string() },
  output: out.stdout(),
  command: ({ sample }) => sh`echo order-${sample}`,
});

/** What an outside service says may differ the next time: it is recorded, and never believed by another run. */
const ask = task(
  { name: "ask", input: { order: z.string(), round: z.int() }, output: State, cache: false, light: true },
  ({ order: number, round }) => (number === "order-S0" ? "rejected" : round < 2 ? "sequencing" : "done"),
);

const fetchReads = script({
  name: "fetch-reads",
  input: { order: z.string() },
  output: out.file("reads.txt"),
  command: ({ order: number }, reads) => sh`echo reads of ${number} > ${reads}`,
});

export const sequence = workflow(
  {
    name: "sequence",
    description: "Orders the sequencing of a sample, waits until it is done, and fetches the reads",
    input: { sample: z.string().default("S1") },
  },
  ({ sample }) => {
    const number = order({ sample });
    const state = repeat<State>(
      "ordered",
      (_before, round) => ask({ order: number, round }),
      (now) => or(eq(now, "done"), eq(now, "rejected")),
      { delay: "1s", maxAttempts: 20 },
    );
    return cond(
      eq(state, "done"),
      () => fetchReads({ order: number }),
      () => fail(format`The centre has rejected ${number}.`),
    );
  },
);
