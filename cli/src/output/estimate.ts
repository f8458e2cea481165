import type { RunEvent, TaskCounts } from "@ligase/engine";

/** Jobs that must have finished before a guess is worth showing. */
const ENOUGH = 3;

interface Mean {
  readonly jobs: number;
  readonly totalMs: number;
}

/** Guesses how long the known jobs of a run still take, from those that finished. */
export class Estimate {
  readonly #startedAt = new Map<number, number>();
  readonly #means = new Map<string, Mean>();

  /** Takes note of an event that happened at `now` (milliseconds). */
  note(event: RunEvent, now: number): void {
    if (event.kind === "job-started") this.#startedAt.set(event.job, now);
    if (event.kind !== "job-ended") return;
    const startedAt = this.#startedAt.get(event.job);
    this.#startedAt.delete(event.job);
    if (startedAt === undefined || event.status !== "succeeded") return;
    const { jobs, totalMs } = this.#means.get(event.task) ?? { jobs: 0, totalMs: 0 };
    this.#means.set(event.task, { jobs: jobs + 1, totalMs: totalMs + now - startedAt });
  }

  /** Milliseconds left, or null while too little is known. Jobs that are not known yet are not in it. */
  leftMs(tasks: readonly TaskCounts[]): number | null {
    const known = [...this.#means.values()];
    const jobs = known.reduce((sum, mean) => sum + mean.jobs, 0);
    const busy = tasks.reduce((sum, { running }) => sum + running, 0);
    if (jobs < ENOUGH || busy === 0) return null;
    const overall = known.reduce((sum, mean) => sum + mean.totalMs, 0) / jobs;
    const workMs = tasks.reduce((sum, { task, pending, running }) => {
      const mean = this.#means.get(task);
      // A job that runs is half done on average.
      return sum + (mean === undefined ? overall : mean.totalMs / mean.jobs) * (pending + running / 2);
    }, 0);
    return workMs / busy;
  }
}
