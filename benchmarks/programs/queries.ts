import { openReader } from "@ligase/engine/reader";
import type { QueriesInput } from "../rows/queries.ts";

/** Median seconds of each question about the newest run of a store, asked many times of one open store. */
const { root, times } = JSON.parse(process.argv[2] ?? "") as QueriesInput;
const reader = openReader({ root });
const { inspect } = reader;
const run = inspect.runs({ limit: 1 })[0]?.id ?? "";
const lastOf = (task: string): number => inspect.jobs(run, { task }).at(-1)?.number ?? 0;
const [first, second] = [lastOf("light-no-op"), lastOf("second-no-op")];
const last = Math.max(first, second);

const questions: Readonly<Record<string, () => unknown>> = {
  "the newest 10 runs": () => inspect.runs({ limit: 10 }),
  "failed runs of a name": () => inspect.runs({ status: "failed", name: "fan-out-in-pairs" }),
  "runs of a user": () => inspect.runs({ user: inspect.run(run).user, limit: 10 }),
  "runs of the last minute": () => inspect.runs({ since: inspect.run(run).createdAt - 60_000, limit: 10 }),
  "all jobs of a run": () => inspect.jobs(run),
  "the last 50 jobs of a run": () => inspect.jobs(run, { after: last - 50, limit: 50 }),
  "50 jobs of a task": () => inspect.jobs(run, { task: "second-no-op", limit: 50 }),
  "failed jobs of a run": () => inspect.jobs(run, { status: "failed" }),
  "jobs by task and status": () => inspect.jobCounts(run),
  "one job with its data and attempts": () => [
    inspect.job(run, second),
    inspect.jobData(run, second),
    inspect.attempts(run, second),
  ],
  "why a job ran": () => inspect.why(run, second),
  "open gates of all runs": () => inspect.gates(),
  "lineage up": () => inspect.lineage(run, second, "up"),
  "lineage down": () => inspect.lineage(run, first, "down"),
  "jobs that were given a number": () => inspect.search(1),
};
const seconds = Object.entries(questions).map(([name, ask]) => [name, secondsOf(ask)]);
process.stdout.write(JSON.stringify(Object.fromEntries(seconds)));
reader.close();

/** The first time does not count: it prepares statements, and fills the index of the search. */
function secondsOf(ask: () => unknown): number {
  ask();
  const taken = Array.from({ length: times }, () => {
    const start = performance.now();
    ask();
    return (performance.now() - start) / 1000;
  });
  return taken.toSorted((a, b) => a - b)[times >> 1] ?? Number.NaN;
}
