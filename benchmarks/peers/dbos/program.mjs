// Does the work of one measure with DBOS, on an empty database, and prints the seconds that it took. It is copied beside
// the installed packages and runs there.
import { DBOS } from "@dbos-inc/dbos-sdk";

/** @typedef {{ url: string, work: "steps" | "one-by-one" | "at-once", count: number }} Input */
const { url, work, count } = /** @type {Input} */ (JSON.parse(process.argv[2] ?? ""));

/** One workflow of many steps, one after another. */
const steps = DBOS.registerWorkflow(
  async (/** @type {number} */ from, /** @type {number} */ length) => {
    let x = from;
    for (let step = 0; step < length; step++) {
      const before = x;
      x = await DBOS.runStep(async () => before + 1, { name: "step" });
    }
    return x;
  },
  { name: "steps" },
);

const oneStep = DBOS.registerWorkflow(
  (/** @type {number} */ x) => DBOS.runStep(async () => x + 1, { name: "step" }),
  { name: "one-step" },
);

/** @type {Record<Input["work"], (from: number, length: number) => Promise<unknown>>} */
const WORK = {
  steps: (from, length) => steps(from, length),
  async "one-by-one"(from, length) {
    for (let x = from; x < from + length; x++) await oneStep(x);
  },
  async "at-once"(from, length) {
    const numbers = Array.from({ length }, (_, index) => from + index);
    const handles = await Promise.all(numbers.map((x) => DBOS.startWorkflow(oneStep)(x)));
    await Promise.all(handles.map((handle) => handle.getResult()));
  },
};

DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, logLevel: "error" });
await DBOS.launch();
await WORK[work](0, Math.ceil(count / 10));
const start = performance.now();
await WORK[work](count, count);
process.stdout.write(JSON.stringify((performance.now() - start) / 1000));
await DBOS.shutdown();
