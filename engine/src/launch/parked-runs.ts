import { isLigaseError } from "@ligase/sdk";
import { untilNextLook } from "../model/until-next-look.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";

/** How often the store is looked at for what other processes wrote. */
const LOOK_MS = 100;
/** So many looks pass before it is looked what time did, and for runs of a dead engine. */
const LOOKS_PER_SWEEP = 10;
const LOOKS_PER_TAKE_OVER = 100;
/** Runs that are woken together. */
const BATCH = 200;

export interface ParkedRunsOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Goes on with runs; gives those that cannot go on here. */
  readonly wake: (runs: readonly string[]) => readonly string[];
  /** Goes on with the runs of a dead engine. */
  readonly takeOver: () => Promise<void>;
}

/**
 * Runs that wait and are not in memory (R10): a row each, found by its index when a decision or the time has come. No
 * message is needed for that; a look at the counter of the store only saves looking when nobody wrote.
 */
export class ParkedRuns {
  readonly #options: ParkedRunsOptions;
  readonly #files = new Set<string>();
  /** They cannot go on here, such as those whose code is another by now. */
  readonly #left = new Set<string>();
  readonly #stop: () => void;
  #version = -1;
  #looks = 0;
  #isLooking = false;
  #isTakingOver = false;

  constructor(options: ParkedRunsOptions) {
    this.#options = options;
    this.#stop = options.clock.every(LOOK_MS, () => this.#onTime());
  }

  /** Wakes runs of a user's file from now on, too. */
  serve(file: string): void {
    this.#files.add(file);
    this.look();
    this.#takeOver();
  }

  isServed(file: string): boolean {
    return this.#files.has(file);
  }

  /** Goes on with all runs that are due, a batch a turn: in between others have their turn (R6). */
  look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#options.clock.soon(() => {
      this.#isLooking = false;
      if (untilNextLook(() => this.#wakeSome()) === true) this.look();
    });
  }

  close(): void {
    this.#stop();
    this.#files.clear();
  }

  #onTime(): void {
    this.#looks++;
    if (this.#looks % LOOKS_PER_TAKE_OVER === 0) this.#takeOver();
    const version = untilNextLook(() => this.#options.store.version()) ?? this.#version;
    if (version === this.#version && this.#looks % LOOKS_PER_SWEEP !== 0) return;
    this.#version = version;
    this.look();
  }

  #takeOver(): void {
    if (this.#isTakingOver) return;
    this.#isTakingOver = true;
    const over = (): void => {
      this.#isTakingOver = false;
    };
    const failed = (error: unknown): void => {
      over();
      if (!isLigaseError(error)) throw error;
    };
    this.#options.takeOver().then(over, failed);
  }

  /** True when there may be more. */
  #wakeSome(): boolean {
    const { store, clock, wake } = this.#options;
    const now = clock.now();
    let more = false;
    for (const file of this.#files) {
      const found = store.runs.due(file, now, BATCH + this.#left.size);
      const due = found.filter((run) => !this.#left.has(run));
      if (due.length === 0) continue;
      for (const run of wake(due)) this.#left.add(run);
      more ||= due.length >= BATCH;
    }
    return more;
  }
}
