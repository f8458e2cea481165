import type { GateRecord, Inspect, JobRecord, TaskCounts } from "@ligase/engine";

type State = Exclude<keyof TaskCounts, "task" | "total">;

/** Above so many jobs they are counted as they are recorded, without looking at each. */
const MOST_LOOKED_AT = 20_000;

/**
 * Jobs by task and state, as the table of a run shows them. A job that was put together again from earlier results is
 * recorded as succeeded and counted as cached; to tell it, its run is looked at job by job, unless it is a very large one.
 */
export function countJobs(
  inspect: Inspect,
  run: string,
  gates: readonly Pick<GateRecord, "job" | "policy">[],
): readonly TaskCounts[] {
  const tasks = new Map<string, Record<State | "total", number>>();
  let all = 0;
  for (const { task, status, count } of inspect.jobCounts(run)) {
    let counts = tasks.get(task);
    if (counts === undefined)
      tasks.set(
        task,
        (counts = { pending: 0, running: 0, waiting: 0, failed: 0, cached: 0, done: 0, total: 0 }),
      );
    all += count;
    counts.total += count;
    const state = stateOf(status);
    if (state !== null) counts[state] += count;
  }
  for (const task of all > MOST_LOOKED_AT ? [] : replayedTasks(inspect.jobs(run), gates)) {
    const counts = tasks.get(task);
    if (counts === undefined) continue;
    counts.done--;
    counts.cached++;
  }
  return [...tasks].map(([task, counts]) => ({ task, ...counts }));
}

/** Cancelled jobs are in no column but the last. */
function stateOf(status: JobRecord["status"]): State | null {
  switch (status) {
    case "queued":
      return "pending";
    case "running":
    case "cancelling":
      return "running";
    case "succeeded":
      return "done";
    case "waiting":
    case "failed":
    case "cached":
      return status;
    case "cancelled":
      return null;
  }
}

/** Reasons of jobs whose recorded first result was reduced again. */
const REUSED: ReadonlySet<JobRecord["reason"]["kind"]> = new Set([
  "cached",
  "file-changed",
  "below-changed",
  "volatile-below",
  "walked",
]);

/** Tasks of the jobs that were put together again from earlier results: nothing in them or below them ran or was asked. */
function replayedTasks(
  jobs: readonly JobRecord[],
  gates: readonly Pick<GateRecord, "job" | "policy">[],
): readonly string[] {
  const ran = new Set<number | null>();
  const reused = new Set<number | null>();
  for (const { job, policy } of gates) if (policy.reuse === "never") ran.add(job);
  // A job has a higher number than its caller: from the last to the first, callers come after all that is below them.
  for (const { number, parent, executor, reason } of jobs.toReversed()) {
    if (executor !== null || ran.has(number)) ran.add(number).add(parent);
    else if (REUSED.has(reason.kind) || reused.has(number)) reused.add(number).add(parent);
  }
  const isReplayed = ({ number, status }: JobRecord): boolean =>
    status === "succeeded" && reused.has(number) && !ran.has(number);
  return jobs.filter(isReplayed).map(({ task }) => task);
}
