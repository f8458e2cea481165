import type { Inspect, JobRecord } from "@ligase/engine";
import { Problem } from "../problem.ts";
import { shortId } from "./run-names.ts";

/** Jobs as they are named in a command: one by its number, or all of a task. */
export type Selection = { readonly number: number } | { readonly task: string };

export function selectionOf(text: string): Selection {
  const number = /^#?(\d+)$/.exec(text)?.[1];
  return number === undefined ? { task: text } : { number: Number(number) };
}

/** The chosen jobs, one after another. Throws the problem `job-unknown` when there is none. */
export function* chosenJobs(inspect: Inspect, run: string, text: string): Generator<JobRecord, void> {
  let isEmpty = true;
  for (const job of jobsSoFar(inspect, run, selectionOf(text))) {
    isEmpty = false;
    yield job;
  }
  if (isEmpty) throw jobUnknown(inspect, run, text);
}

/** The same of a run that goes on: jobs may be asked for that have not begun. */
export function jobsSoFar(inspect: Inspect, run: string, selection: Selection): Iterable<JobRecord> {
  if ("task" in selection) return inspect.eachJob(run, selection);
  return inspect
    .jobs(run, { after: selection.number - 1, limit: 1 })
    .filter(({ number }) => number === selection.number);
}

/** The only job of that number or task; a call that was answered again after a resume is one. Throws the problems `job-unknown` and `job-not-unique`. */
export function onlyJob(inspect: Inspect, run: string, text: string): JobRecord {
  const selection = selectionOf(text);
  const jobs =
    "task" in selection
      ? inspect.jobs(run, { ...selection, limit: MOST_NAMED })
      : [...jobsSoFar(inspect, run, selection)];
  const [job] = jobs;
  if (job === undefined) throw jobUnknown(inspect, run, text);
  if (jobs.every(({ callNode }) => callNode === job.callNode && (callNode !== null || jobs.length === 1)))
    return job;
  const numbers = jobs.map(({ number }) => number);
  throw new Problem("job-not-unique", { run: shortId(run), task: job.task, numbers });
}

/** Jobs that are named where one would be needed. */
const MOST_NAMED = 10;

function jobUnknown(inspect: Inspect, run: string, selection: string): Problem {
  const known = [...new Set(inspect.jobCounts(run).map(({ task }) => task))];
  return new Problem("job-unknown", { run: shortId(run), selection, known });
}
