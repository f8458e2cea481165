import type { JobRecord } from "@ligase/engine";
import { Problem } from "../problem.ts";
import { shortId } from "./run-names.ts";

/** The jobs that a number, or the name of a task, stands for. Throws the problem `job-unknown`. */
export function chooseJobs(jobs: readonly JobRecord[], selection: string, run: string): readonly JobRecord[] {
  const number = /^#?(\d+)$/.exec(selection)?.[1];
  const chosen = jobs.filter((job) => (number === undefined ? job.task === selection : job.number === Number(number)));
  if (chosen.length > 0) return chosen;
  const known = [...new Set(jobs.map(({ task }) => task))];
  throw new Problem("job-unknown", { run: shortId(run), selection, known });
}
