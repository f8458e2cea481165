import type { Seeded } from "../kill/seeded.ts";

/** A task for workers outside, as a workflow says it. */
export interface PlannedWork {
  readonly topic: string;
  readonly priority: number;
  readonly limit: number | null;
  readonly maxLostLeases: number;
  /** So often it is tried again when a worker asks for that. */
  readonly retries: number;
  readonly backoffMs: number;
}

export const TOPICS = ["images", "texts"] as const;

export const randomWork = (seeded: Seeded, backoffsMs: readonly number[]): PlannedWork => ({
  topic: seeded.one(TOPICS),
  priority: seeded.one([0, 0, 0, 5]),
  limit: seeded.one([null, null, 1, 2]),
  maxLostLeases: seeded.one([1, 2, 5]),
  retries: seeded.one([0, 1, 3]),
  backoffMs: seeded.one(backoffsMs),
});

/** What a worker intends with a task that shows a number: its value, or null when it gives it up for good. */
export function intendedWork({ name }: { readonly name: string }, x: number): number | null {
  const drawn = Math.abs(x * 31 + Number(name.slice(1)) * 7) % 12;
  return drawn % 5 === 4 ? null : drawn;
}
