import type { TaskCounts } from "../model/progress.ts";

type State = "pending" | "running" | "waiting" | "failed" | "cached" | "done";
type Counts = Record<State, number> & { total: number };

/** How many jobs of each task are in which state, kept as they move: nobody counts jobs to show progress. */
export class JobCounts {
  readonly #tasks = new Map<string, Counts>();

  added(task: string): void {
    const counts = this.#of(task);
    counts.pending++;
    counts.total++;
  }

  moved(task: string, from: State, to: State): void {
    const counts = this.#of(task);
    counts[from]--;
    counts[to]++;
  }

  /** The run ended without them: what was under way, or waited at a gate, is given up. */
  givenUp(): void {
    for (const counts of this.#tasks.values()) {
      counts.failed += counts.running + counts.waiting;
      counts.running = counts.waiting = 0;
    }
  }

  /** Whether there were calls of a task, all answered from the cache. */
  isAnswered(task: string): boolean {
    const counts = this.#tasks.get(task);
    return counts !== undefined && counts.cached === counts.total;
  }

  list(): readonly TaskCounts[] {
    return [...this.#tasks]
      .map(([task, counts]) => ({ task, ...counts }))
      .toSorted((a, b) => (a.task < b.task ? -1 : 1));
  }

  #of(task: string): Counts {
    let counts = this.#tasks.get(task);
    if (counts === undefined) {
      counts = { pending: 0, running: 0, waiting: 0, failed: 0, cached: 0, done: 0, total: 0 };
      this.#tasks.set(task, counts);
    }
    return counts;
  }
}
