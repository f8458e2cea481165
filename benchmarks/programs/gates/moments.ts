/** When runs, each of its own number, came to a point. */
export class Moments {
  readonly #awaited = new Map<number, (at: number) => void>();
  #noted = 0;
  #wanted = Number.POSITIVE_INFINITY;
  #reached: () => void = () => undefined;

  /** A run is there now. */
  note(run: number): void {
    this.#awaited.get(run)?.(performance.now());
    this.#awaited.delete(run);
    if (++this.#noted >= this.#wanted) this.#reached();
  }

  /** Resolves with the time, in milliseconds, when a run comes there. */
  next(run: number): Promise<number> {
    return new Promise((resolve) => {
      this.#awaited.set(run, resolve);
    });
  }

  /** Resolves when so many more have come there; one waits for that at a time. */
  more(count: number): Promise<void> {
    if (count === 0) return Promise.resolve();
    this.#wanted = this.#noted + count;
    return new Promise((resolve) => {
      this.#reached = resolve;
    });
  }
}
