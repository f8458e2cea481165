import type { Clock } from "@ligase/engine/testing";
import type { Seeded } from "../kill/seeded.ts";
import type { Life } from "./life.ts";

interface Event {
  readonly order: number;
  /** Not before this time. */
  readonly dueMs: number;
  /** The process whose event it is, or null when it happens outside of all of them. */
  readonly life: Life | null;
  readonly label: string;
  readonly run: () => void;
}

interface Periodic {
  readonly life: Life;
  readonly everyMs: number;
  readonly run: () => void;
  nextMs: number;
  /** Something happened since it was last called, or time is about to pass: a call may do something. */
  isFresh: boolean;
}

/**
 * Time and what is to happen in it: one queue for all simulated processes and what is around them. Of what is due the
 * seed chooses what comes next. Time stands still while something is due.
 */
export class SimulatedTime {
  readonly #seeded: Seeded;
  readonly #startMs: number;
  #events: Event[] = [];
  #periodics: Periodic[] = [];
  #order = 0;
  /** Time that really passed; clocks may be set otherwise. */
  #passedMs = 0;
  #setByMs = 0;

  constructor(seeded: Seeded, startMs: number) {
    this.#seeded = seeded;
    this.#startMs = startMs;
  }

  get passedMs(): number {
    return this.#passedMs;
  }

  /** What clocks show. */
  now(): number {
    return Math.round(this.#startMs + this.#passedMs + this.#setByMs);
  }

  /** Sets all clocks forward, or back. */
  setClocks(byMs: number): void {
    this.#setByMs += byMs;
  }

  /** By so much clocks were set back. */
  get setBackMs(): number {
    return Math.max(0, -this.#setByMs);
  }

  /** Passes time in which nothing happens: the machine sleeps, or is slow. */
  pass(ms: number): void {
    this.#passedMs += ms;
    for (const periodic of this.#periodics) periodic.nextMs = Math.max(periodic.nextMs, this.#passedMs);
  }

  /** Something that happens after a time; the returned function takes it back. */
  in(delayMs: number, what: { life: Life | null; label: string; run: () => void }): () => void {
    const event = { order: this.#order++, dueMs: this.#passedMs + Math.max(0, delayMs), ...what };
    this.#events.push(event);
    return () => {
      this.#events = this.#events.filter((other) => other !== event);
    };
  }

  /** The clock of a process: what it set is forgotten when it dies. */
  clockOf(life: Life): Clock {
    return {
      now: () => this.now(),
      at: (atMs, callback) => this.#at(life, atMs, callback),
      every: (ms, callback) => this.#every(life, ms, callback),
      soon: (callback) => void this.in(0, { life, label: "turn", run: callback }),
    };
  }

  #at(life: Life, atMs: number, callback: () => void): () => void {
    let takeBack = (): void => undefined;
    const arm = (): void => {
      const run = (): void => (this.now() >= atMs ? callback() : arm());
      takeBack = this.in(atMs - this.now(), { life, label: "timer", run });
    };
    arm();
    return () => takeBack();
  }

  #every(life: Life, everyMs: number, run: () => void): () => void {
    const periodic = { life, everyMs, run, nextMs: this.#passedMs + everyMs, isFresh: true };
    this.#periodics.push(periodic);
    return () => {
      this.#periodics = this.#periodics.filter((other) => other !== periodic);
    };
  }

  /** Takes out what happens next, and lets time pass until then; null when nothing will ever happen by itself. */
  next(): { readonly label: string; readonly life: Life | null; readonly run: () => void } | null {
    this.#forgetDead();
    const event = this.#dueEvent();
    if (event !== null) {
      for (const periodic of this.#periodics) periodic.isFresh = true;
      return event;
    }
    const nextMs = Math.min(
      ...this.#events.map(({ dueMs, life }) => Math.max(dueMs, life?.pausedUntilMs ?? 0)),
    );
    const periodic = this.#periodicBefore(nextMs);
    if (periodic !== null) return this.#call(periodic);
    if (nextMs === Infinity) return null;
    // Hosts are late now and then: then several things are due at once.
    this.#passedMs = nextMs + (this.#seeded.chance(0.1) ? this.#seeded.whole(1, 40) : 0);
    return this.next();
  }

  #dueEvent(): Event | null {
    const due = this.#events.filter(
      ({ dueMs, life }) => dueMs <= this.#passedMs && (life?.pausedUntilMs ?? 0) <= this.#passedMs,
    );
    if (due.length === 0) return null;
    const event = this.#seeded.one(due);
    this.#events = this.#events.filter((other) => other !== event);
    return event;
  }

  /**
   * What is called again and again finds nothing new when nothing happened since. So it is called once after something
   * happened, and once more before much time has passed; the calls between are left out.
   */
  #periodicBefore(untilMs: number): Periodic | null {
    for (const periodic of this.#periodics) {
      const { nextMs, everyMs, isFresh } = periodic;
      if (isFresh || untilMs === Infinity || nextMs > untilMs) continue;
      periodic.nextMs = nextMs + Math.floor((untilMs - nextMs) / everyMs) * everyMs;
      periodic.isFresh = true;
    }
    const [first] = this.#periodics
      .filter((periodic) => periodic.isFresh && this.#calledAt(periodic) <= untilMs)
      .toSorted((a, b) => this.#calledAt(a) - this.#calledAt(b));
    return first ?? null;
  }

  #calledAt({ nextMs, life }: Periodic): number {
    return Math.max(nextMs, life.pausedUntilMs);
  }

  #call(periodic: Periodic): { label: string; life: Life; run: () => void } {
    this.#passedMs = Math.max(this.#passedMs, this.#calledAt(periodic));
    periodic.nextMs = this.#passedMs + periodic.everyMs;
    periodic.isFresh = false;
    return { label: `every ${periodic.everyMs}`, life: periodic.life, run: periodic.run };
  }

  #forgetDead(): void {
    this.#events = this.#events.filter(({ life }) => life === null || life.isAlive);
    this.#periodics = this.#periodics.filter(({ life }) => life.isAlive);
  }
}
