import type { RunEvent, TaskCounts } from "@ligase/engine";

/** Jobs that must have finished before a guess is worth showing. */
const ENOUGH = 3;

interface Mean {
  readonly jobs: number;
  readonly totalMs: number;
}

interface Started {
  readonly task: string;
  readonly at: number;
}

/**
 * Guesses how long the known jobs of a run still take, from those that finished. Only jobs that an executor works on
 * count: a workflow begins and ends with what is in it.
 */
export class Estimate {
  readonly #running = new Map<number, Started>();
  readonly #means = new Map<string, Mean>();

  /** Takes note of an event that happened at `now` (milliseconds). */
  note(event: RunEvent, now: number): void {
    if (event.kind === "job-started") this.#running.set(event.job, { task: event.task, at: now });
    if (event.kind !== "job-ended") return;
    const started = this.#running.get(event.job);
    this.#running.delete(event.job);
    if (started === undefined || event.status !== "succeeded") return;
    const { jobs, totalMs } = this.#means.get(event.task) ?? { jobs: 0, totalMs: 0 };
    this.#means.set(event.task, { jobs: jobs + 1, totalMs: totalMs + now - started.at });
  }

  /** Milliseconds left at `now`, or null while too little is known. Jobs that are not known yet are not in it. */
  leftMs(tasks: readonly TaskCounts[], now: number): number | null {
    const known = [...this.#means.values()];
    const finished = known.reduce((sum, { jobs }) => sum + jobs, 0);
    if (finished < ENOUGH || this.#running.size === 0) return null;
    const overallMs = known.reduce((sum, { totalMs }) => sum + totalMs, 0) / finished;
    const meanMs = (task: string): number => {
      const mean = this.#means.get(task);
      return mean === undefined ? overallMs : mean.totalMs / mean.jobs;
    };
    const pendingMs = tasks.reduce((sum, { task, pending }) => sum + pending * meanMs(task), 0);
    const runningMs = [...this.#running.values()].map(({ task, at }) =>
      Math.max(0, meanMs(task) - (now - at)),
    );
    const sharedMs = (pendingMs + runningMs.reduce((sum, each) => sum + each, 0)) / this.#running.size;
    return Math.max(sharedMs, ...runningMs);
  }
}
