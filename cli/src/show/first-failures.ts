import { eachOf, listOf, type RunDesk, type ShownJob, type ShownRun } from "../desk/run-desk.ts";
import { FailureLog } from "../follow/failure-log.ts";
import type { FailedJob } from "../output/failure.ts";

const MAX_FAILURES = 5;
/** Failed jobs that are looked at for them: an error may have passed through many callers. */
const MOST_LOOKED_AT = 1_000;

/** The failures of a recorded run, each once; one that was handled is not the run's. */
export async function firstFailures(desk: RunDesk, run: ShownRun): Promise<readonly FailedJob[]> {
  const jobs = await failedJobs(desk, run.id);
  const log = new FailureLog();
  for (const { number, task, error } of jobs) {
    if (error !== null) log.note({ kind: "job-ended", job: number, task, status: "failed", error });
  }
  return log.all({ status: "failed", value: null, error: run.error }).slice(0, MAX_FAILURES);
}

/** Failed jobs of a run, those that raised an error before their callers, through which it passed. */
export async function failedJobs(desk: RunDesk, run: string): Promise<readonly ShownJob[]> {
  const jobs = await listOf(eachOf(desk.jobPages(run, { status: "failed", limit: MOST_LOOKED_AT })));
  const raised = ({ task, error }: ShownJob): boolean => error?.task === undefined || error.task === task;
  return [...jobs.filter(raised), ...jobs.filter((job) => !raised(job))];
}
