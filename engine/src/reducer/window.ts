/** A forcer with parts that it has not opened. */
export interface Hungry {
  readonly isHungry: boolean;
  /** It may open one part however full the window is, so that nested forcers cannot starve each other. */
  readonly mustOpen: boolean;
  openNext(): void;
}

/**
 * The window over opened map items (C5, R12): at most `size` items are materialised at a time, not counting those that
 * wait at a gate. Hungrys with unopened parts queue here; the innermost goes first.
 */
export class Window {
  readonly #size: number;
  readonly #hungry: Hungry[] = [];
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

  add(forcer: Hungry): void {
    if (forcer.isHungry) this.#hungry.push(forcer);
  }

  /** The forcer that may open a part now, if any. */
  next(): Hungry | null {
    for (let last = this.#hungry.at(-1); last !== undefined; last = this.#hungry.at(-1)) {
      if (!last.isHungry) this.#hungry.pop();
      else if (this.#open - this.#parked < this.#size) return last;
      else return this.#hungry.findLast((forcer) => forcer.isHungry && forcer.mustOpen) ?? null;
    }
    return null;
  }
}
