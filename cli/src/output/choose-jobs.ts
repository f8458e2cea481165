import type { Inspect, JobCount, JobRecord } from "@ligase/engine";
import { eachOf, type RunDesk, type ShownJob } from "../desk/run-desk.ts";
import { Problem } from "../problem.ts";
import { shortId } from "./run-names.ts";

/** Jobs as they are named in a command: one by its number, or all of a task. */
export type Selection = { readonly number: number } | { readonly task: string };

export function selectionOf(text: string): Selection {
  const number = /^#?(\d+)$/.exec(text)?.[1];
  return number === undefined ? { task: text } : { number: Number(number) };
}

/** The chosen jobs, one after another. Throws the problem `job-unknown` when there is none. */
export async function* chosenJobs(desk: RunDesk, run: string, text: string): AsyncGenerator<ShownJob, void> {
  let isEmpty = true;
  for await (const job of jobsSoFar(desk, run, selectionOf(text))) {
    isEmpty = false;
    yield job;
  }
  if (isEmpty) throw jobUnknown(await desk.jobCounts(run), run, text);
}

/** The same of a run that goes on: jobs may be asked for that have not begun. */
export async function* jobsSoFar(
  desk: RunDesk,
  run: string,
  selection: Selection,
): AsyncGenerator<ShownJob, void> {
  if ("task" in selection) return yield* eachOf(desk.jobPages(run, selection));
  for await (const job of eachOf(desk.jobPages(run, onlyNumber(selection.number))))
    if (job.number === selection.number) yield job;
}

const onlyNumber = (number: number) => ({ after: number - 1, limit: 1 });

/** The only job of that number or task; a call that was answered again after a resume is one. Throws the problems `job-unknown` and `job-not-unique`. */
export function onlyJob(inspect: Inspect, run: string, text: string): JobRecord {
  const selection = selectionOf(text);
  const jobs =
    "task" in selection
      ? inspect.jobs(run, { ...selection, limit: MOST_NAMED })
      : inspect.jobs(run, onlyNumber(selection.number)).filter(({ number }) => number === selection.number);
  const [job] = jobs;
  if (job === undefined) throw jobUnknown(inspect.jobCounts(run), run, text);
  if (jobs.every(({ callNode }) => callNode === job.callNode && (callNode !== null || jobs.length === 1)))
    return job;
  const numbers = jobs.map(({ number }) => number);
  throw new Problem("job-not-unique", { run: shortId(run), task: job.task, numbers });
}

/** Jobs that are named where one would be needed. */
const MOST_NAMED = 10;

function jobUnknown(counts: readonly JobCount[], run: string, selection: string): Problem {
  const known = [...new Set(counts.map(({ task }) => task))];
  return new Problem("job-unknown", { run: shortId(run), selection, known });
}
