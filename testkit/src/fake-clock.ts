import { systemClock, type Clock } from "@ligase/engine/testing";

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that passes when the test says so. */
export class FakeClock implements Clock {
  #nowMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, callback: () => void): () => void {
    const timer = { atMs, callback };
    this.#timers.add(timer);
    // What is due already comes later all the same, as with the machine's clock.
    if (atMs <= this.#nowMs) queueMicrotask(() => this.#fire(timer));
    return () => this.#timers.delete(timer);
  }

  /** The world outside a test is real: what looks at it again and again goes on in real time. */
  every(ms: number, callback: () => void): () => void {
    return systemClock.every(ms, callback);
  }

  soon(callback: () => void): void {
    systemClock.soon(callback);
  }

  /** Lets time pass; what becomes due is called in its order. */
  advance(ms: number): void {
    this.#nowMs += ms;
    const due = [...this.#timers]
      .filter((timer) => timer.atMs <= this.#nowMs)
      .toSorted((a, b) => a.atMs - b.atMs);
    for (const timer of due) this.#fire(timer);
  }

  /** Whether something waits for this much time or more. */
  hasTimer(ms: number): boolean {
    return [...this.#timers].some(({ atMs }) => atMs - this.#nowMs >= ms);
  }

  #fire(timer: Timer): void {
    if (this.#timers.delete(timer)) timer.callback();
  }
}
