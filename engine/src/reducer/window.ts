import type { Forcer } from "./forcer.ts";

/**
 * The window over opened map items (C5, R12): at most `size` items are materialised at a time, not counting those that
 * wait at a gate. Forcers with unopened parts queue here; the innermost goes first.
 */
export class Window {
  readonly #size: number;
  readonly #hungry: Forcer[] = [];
  #open = 0;
  #parked = 0;

  constructor(size: number) {
    this.#size = size;
  }

  opened(): void {
    this.#open++;
  }

  closed(): void {
    this.#open--;
  }

  parkedChanged(parked: boolean): void {
    this.#parked += parked ? 1 : -1;
  }

  add(forcer: Forcer): void {
    if (forcer.isHungry) this.#hungry.push(forcer);
  }

  /** The forcer that may open a part now, if any. */
  next(): Forcer | null {
    for (let last = this.#hungry.at(-1); last !== undefined; last = this.#hungry.at(-1)) {
      if (!last.isHungry) this.#hungry.pop();
      else if (this.#open - this.#parked < this.#size) return last;
      else return this.#hungry.findLast((forcer) => forcer.isHungry && forcer.mustOpen) ?? null;
    }
    return null;
  }
}
