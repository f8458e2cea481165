import { momentOf, shownMoment, type Moment } from "./moment.ts";
import type { Seeded } from "./seeded.ts";

/** What befalls the server while a process lives: its sessions are ended, or it crashes and is started again. */
export interface Trouble {
  readonly what: "cut" | "crash";
  readonly at: Moment;
}

/** One or two processes of the program on one database, and what is done to them. */
export interface PlannedLives {
  /** Who goes on with a run whose process was killed: whoever names it, or whoever takes over. */
  readonly by: "resume" | "take-over";
  /** Null when it is let live. */
  readonly kill: Moment | null;
  readonly troubles: readonly Trouble[];
  /** Another that takes over at the same time: the moment of its kill, null when it is let live. */
  readonly beside: { readonly kill: Moment | null } | null;
}

/** Fewer things are seen of a process whose store is not in its folder. */
const MOST_EVENTS = [2, 6, 16];

export function livesOf(seeded: Seeded, count: number): readonly PlannedLives[] {
  const moment = (): Moment => momentOf(seeded, MOST_EVENTS);
  const troubles = (what: Trouble["what"], most: number): readonly Trouble[] =>
    Array.from({ length: seeded.whole(0, most) }, () => ({ what, at: moment() }));
  return Array.from({ length: count }, () => {
    const beside = seeded.chance(0.4) ? { kill: seeded.chance(0.5) ? moment() : null } : null;
    // An engine that the server forgot writes of stops, and another may then compute the same at its side.
    const crashes = beside === null ? troubles("crash", 1) : [];
    return {
      by: seeded.one(["resume", "take-over"]),
      kill: crashes.length > 0 && seeded.chance(0.5) ? null : moment(),
      troubles: [...troubles("cut", 2), ...crashes],
      beside,
    };
  });
}

/** The last one: nothing is done to it. */
export const UNTROUBLED: PlannedLives = { by: "resume", kill: null, troubles: [], beside: null };

export function shownLives({ by, kill, troubles, beside }: PlannedLives): string {
  const shown = (at: Moment | null): string => (at === null ? "not killed" : `killed at ${shownMoment(at)}`);
  return [
    `${by} ${shown(kill)}`,
    ...troubles.map(({ what, at }) => `${what} at ${shownMoment(at)}`),
    ...(beside === null ? [] : [`take-over beside it ${shown(beside.kill)}`]),
  ].join(", ");
}
