import type { Seeded } from "./seeded.ts";

/** When a process is killed: so long after its start, or after the n-th thing that is seen of it. */
export interface Moment {
  readonly after: "start" | "event" | "decision";
  /** Which event or decision, from 1; 0 of a start. */
  readonly count: number;
  readonly microseconds: number;
}

/** Until an engine has opened its store and begun to work it takes about so long. */
const START_MICROSECONDS = 450_000;

/**
 * The moments at which one run is killed, one for each life of its process. Events are lines that the program prints
 * and changes in the folder of the store: writes to the log of the database, files that come and go.
 */
export function momentsOf(seeded: Seeded, kills: number): readonly Moment[] {
  return Array.from({ length: kills }, () => momentOf(seeded));
}

/** @param most of events that may be waited for: one of these, by chance */
export function momentOf(seeded: Seeded, most: readonly number[] = [4, 12, 40]): Moment {
  const after = seeded.one(["start", "event", "event", "event", "event", "decision"] as const);
  switch (after) {
    case "start":
      return { after, count: 0, microseconds: seeded.whole(0, START_MICROSECONDS) };
    case "event":
      return {
        after,
        count: seeded.whole(1, seeded.one(most)),
        microseconds: seeded.whole(0, seeded.one([300, 3_000])),
      };
    case "decision":
      return { after, count: 1, microseconds: seeded.whole(0, seeded.one([100, 2_000, 20_000])) };
  }
}

export const shownMoment = ({ after, count, microseconds }: Moment): string =>
  `${after}${count === 0 ? "" : ` ${count}`} + ${microseconds} µs`;
