import type { JobCount, JobRecord, TaskCounts } from "@ligase/engine";

type State = Exclude<keyof TaskCounts, "task" | "total">;

/** Jobs by task and state, as the table of a run shows them. */
export function countJobs(found: readonly JobCount[]): readonly TaskCounts[] {
  const tasks = new Map<string, Record<State | "total", number>>();
  for (const { task, status, count } of found) {
    let counts = tasks.get(task);
    if (counts === undefined)
      tasks.set(
        task,
        (counts = { pending: 0, running: 0, waiting: 0, failed: 0, cached: 0, done: 0, total: 0 }),
      );
    counts.total += count;
    const state = stateOf(status);
    if (state !== null) counts[state] += count;
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
