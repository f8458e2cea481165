import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";

interface Waiting {
  readonly write: () => void;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

/** Writes that come in one turn of the loop share one durable transaction: a disk syncs as fast for one as for many. */
export class DurableGroup {
  readonly #store: Store;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];

  constructor({ store, clock }: { store: Store; clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Resolves when it is on the disk. Rejects with what any write of the group threw: then nothing of it is written. */
  write(write: () => void): Promise<void> {
    return new Promise((written, failed) => {
      if (this.#waiting.push({ write, written, failed }) === 1) this.#clock.soon(() => this.#commit());
    });
  }

  #commit(): void {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      this.#store.commit("durable", () => group.forEach(({ write }) => write()));
    } catch (error) {
      for (const { failed } of group) failed(error);
      return;
    }
    for (const { written } of group) written();
  }
}
