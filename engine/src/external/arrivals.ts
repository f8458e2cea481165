import { untilNextLook } from "../model/until-next-look.ts";
import type { World } from "../ports/world.ts";

/** How often the store is looked at for what others wrote, and how many such looks pass before time is heeded. */
const LOOK_MS = 100;
const LOOKS_PER_SWEEP = 10;

/**
 * Tells whoever waits for tasks that there may be some: this process or another wrote, or a lease or rest is over. While
 * nobody waits it does nothing; and what it misses is found by who looks (R10).
 */
export class Arrivals {
  readonly #world: Pick<World, "store" | "clock">;
  readonly #listeners = new Set<() => void>();
  #stop: (() => void) | null = null;
  #version = 0;
  #looks = 0;
  #isInDoubt = false;

  constructor(world: Pick<World, "store" | "clock">) {
    this.#world = world;
  }

  subscribe(arrived: () => void): () => void {
    // Its own, so that one who subscribes twice is two.
    const listener = (): void => arrived();
    this.#listeners.add(listener);
    if (this.#stop === null) {
      this.#version = this.#world.store.version();
      this.#stop = this.#world.clock.every(LOOK_MS, () => untilNextLook(() => this.#look()));
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  tell(): void {
    for (const listener of Array.from(this.#listeners)) listener();
  }

  /** There may be some of which nobody is told otherwise: who waits is told at the next look. */
  doubt(): void {
    this.#isInDoubt = true;
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #look(): void {
    const { store } = this.#world;
    const version = store.version();
    const isTime = ++this.#looks % LOOKS_PER_SWEEP === 0;
    const changed = version !== this.#version || this.#isInDoubt;
    this.#version = version;
    this.#isInDoubt = false;
    if (changed || (isTime && store.external.due(1).length > 0)) this.tell();
  }
}
