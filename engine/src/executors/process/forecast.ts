/** Expected wall time of a task that has not run yet. */
const UNKNOWN_MS = 1;
/** Weight of the newest duration. */
const WEIGHT = 0.2;
/** What handing a job over takes at least: no task counts as free. */
const LEAST_MS = 0.005;

/** How long jobs take, learned from those that ended: by it batches are long for short jobs and short for long ones. */
export class Forecast {
  readonly #byTask = new Map<string, number>();
  #overallMs = UNKNOWN_MS;

  expectMs(task: string): number {
    return this.#byTask.get(task) ?? UNKNOWN_MS;
  }

  /** Over all tasks, weighted towards those that ended last. */
  get overallMs(): number {
    return this.#overallMs;
  }

  learn(task: string, wallMs: number): void {
    const known = this.#byTask.get(task);
    const observedMs = Math.max(LEAST_MS, wallMs);
    // A first call often pays for imports and for code that is not compiled yet: the second one outweighs it soon.
    this.#byTask.set(task, known === undefined ? observedMs : known + WEIGHT * (observedMs - known));
    this.#overallMs += WEIGHT * (observedMs - this.#overallMs);
  }
}
