import type { JobRecord } from "@ligase/engine";
import { Problem } from "../problem.ts";
import { shortId } from "./run-names.ts";

/** The jobs that a number, or the name of a task, stands for. Throws the problem `job-unknown`. */
export function chooseJobs(jobs: readonly JobRecord[], selection: string, run: string): readonly JobRecord[] {
  const chosen = jobs.filter(isChosen(selection));
  if (chosen.length > 0) return chosen;
  const known = [...new Set(jobs.map(({ task }) => task))];
  throw new Problem("job-unknown", { run: shortId(run), selection, known });
}

/** Tells whether a number, or the name of a task, stands for a job. */
export function isChosen(selection: string): (job: JobRecord) => boolean {
  const number = /^#?(\d+)$/.exec(selection)?.[1];
  return (job) => (number === undefined ? job.task === selection : job.number === Number(number));
}
