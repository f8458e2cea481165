/*
 * Who has a job that was sent to a child: the child, or its guard, which took it back. The two are threads, and the
 * child may be busy for hours, so they agree through shared memory: each sequence number is claimed exactly once
 * (R4: nothing is computed twice, even when it is handed to another child).
 */

/** Jobs of a child that may be on their way at once; a power of two. */
export const MAX_IN_FLIGHT = 1024;
/** Tools of a child that may run at once and still be ended if the pool dies. */
const MAX_GROUPS = 256;

export interface SharedState {
  readonly claims: SharedArrayBuffer;
  readonly groups: SharedArrayBuffer;
}

export function createSharedState(): SharedState {
  const claims = new SharedArrayBuffer(MAX_IN_FLIGHT * 4);
  const seqs = new Int32Array(claims);
  // Each place holds the last number claimed there: before the first round, the one a round earlier.
  for (let index = 0; index < MAX_IN_FLIGHT; index++) seqs[index] = index - MAX_IN_FLIGHT;
  return { claims, groups: new SharedArrayBuffer(MAX_GROUPS * 4) };
}

export class Claims {
  readonly #seqs: Int32Array;

  constructor(shared: SharedState) {
    this.#seqs = new Int32Array(shared.claims);
  }

  /** True for the one who claims this number first. Numbers may wrap around at 2³¹. */
  take(seq: number): boolean {
    const previous = (seq - MAX_IN_FLIGHT) | 0;
    return Atomics.compareExchange(this.#seqs, seq & (MAX_IN_FLIGHT - 1), previous, seq) === previous;
  }
}

/** Process groups of tools that run now, readable by the guard while the child is busy. */
export class LiveGroups {
  readonly #groups: Int32Array;

  constructor(shared: SharedState) {
    this.#groups = new Int32Array(shared.groups);
  }

  add(group: number): void {
    const free = this.#groups.indexOf(0);
    if (free >= 0) Atomics.store(this.#groups, free, group);
  }

  remove(group: number): void {
    const index = this.#groups.indexOf(group);
    if (index >= 0) Atomics.store(this.#groups, index, 0);
  }

  all(): readonly number[] {
    return [...this.#groups].filter((group) => group !== 0);
  }
}
