import type { LanePlaces } from "../../ports/executor.ts";

/** Span over which the ends of scripts are counted. */
const SPAN_MS = 50;
const MOST_AHEAD = 512;

interface Lane {
  places: number;
  jobs: number;
}

/**
 * How many jobs of each lane are here, and how many more may come ahead of their turn: as many as end in some tens of
 * milliseconds, which is longer than the scheduler needs to send more. Scripts that take longer are not taken ahead.
 */
export class LaneCounts {
  readonly #lanes = new Map<string, Lane>();
  #spanSince = 0;
  #ends = { now: 0, before: 0 };

  /** Jobs came, with the places that their lane has from now on. */
  added({ key, places }: LanePlaces, jobs: number): void {
    const lane = this.#lanes.get(key) ?? { places, jobs: 0 };
    this.#lanes.set(key, { places, jobs: lane.jobs + jobs });
  }

  /** A job ended or was given back. */
  removed(key: string): void {
    const lane = this.#lanes.get(key);
    if (lane !== undefined && --lane.jobs === 0) this.#lanes.delete(key);
  }

  placesOf(key: string): number {
    return this.#lanes.get(key)?.places ?? 0;
  }

  /** Jobs that are here beyond the places of their lane. */
  get ahead(): number {
    let ahead = 0;
    for (const { places, jobs } of this.#lanes.values()) ahead += Math.max(0, jobs - places);
    return ahead;
  }

  /** A script ended by itself. */
  ended(nowMs: number): void {
    this.#turnTo(nowMs);
    this.#ends.now++;
  }

  room(nowMs: number): number {
    this.#turnTo(nowMs);
    return Math.max(0, Math.min(this.#ends.now + this.#ends.before, MOST_AHEAD) - this.ahead);
  }

  #turnTo(nowMs: number): void {
    const passed = nowMs - this.#spanSince;
    if (passed < SPAN_MS) return;
    this.#ends = { now: 0, before: passed < 2 * SPAN_MS ? this.#ends.now : 0 };
    this.#spanSince = nowMs;
  }
}
