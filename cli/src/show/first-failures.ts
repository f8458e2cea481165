import type { Inspect, JobRecord, RunRecord } from "@ligase/engine";
import { FailureLog } from "../follow/failure-log.ts";
import type { FailedJob } from "../output/failure.ts";

const MAX_FAILURES = 5;
/** Failed jobs that are looked at for them: an error may have passed through many callers. */
const MOST_LOOKED_AT = 1_000;

/** The failures of a recorded run, each once; one that was handled is not the run's. */
export function firstFailures(inspect: Inspect, run: RunRecord): readonly FailedJob[] {
  const jobs = inspect.jobs(run.id, { status: "failed", limit: MOST_LOOKED_AT });
  const log = new FailureLog();
  // An error passes through its callers, whose numbers are lower: the job that raised it is told.
  const raised = ({ task, error }: JobRecord): boolean => error?.task === undefined || error.task === task;
  for (const { number, task, error } of [...jobs.filter(raised), ...jobs]) {
    if (error !== null) log.note({ kind: "job-ended", job: number, task, status: "failed", error });
  }
  return log.all({ status: "failed", value: null, error: run.error }).slice(0, MAX_FAILURES);
}
