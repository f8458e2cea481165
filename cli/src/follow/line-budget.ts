/** Lines about jobs that may be printed in a second; what is more is summed up. */
const LINES_PER_SECOND = 200;
const SECOND_MS = 1000;

/** Keeps the lines of a run readable, and their cost away from its speed: so many a second, and a summary for the rest. */
export class LineBudget {
  #windowBeganAt: number;
  #spent = 0;
  #owesSummary = false;

  constructor(now: number) {
    this.#windowBeganAt = now;
  }

  /** Tells whether one more line may be printed now. */
  spend(now: number): boolean {
    if (now - this.#windowBeganAt >= SECOND_MS) {
      this.#windowBeganAt = now;
      this.#spent = 0;
    }
    this.#spent++;
    if (this.#spent <= LINES_PER_SECOND) return true;
    this.#owesSummary = true;
    return false;
  }

  /** True once for each second in which lines were left out, when it is over. */
  isSummaryDue(now: number): boolean {
    if (!this.#owesSummary || now - this.#windowBeganAt < SECOND_MS) return false;
    this.#owesSummary = false;
    return true;
  }
}
