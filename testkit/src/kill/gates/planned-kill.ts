import { momentOf, shownMoment, type Moment } from "../moment.ts";
import type { Seeded } from "../seeded.ts";
import type { Host } from "./host.ts";

/** Events that a kill may wait for. */
const MOST_EVENTS = { engine: [3, 8, 20], service: [3, 10, 30] };
/** Decisions that the kill of a service may wait for: it takes several at once. */
const MOST_DECISIONS = 5;
/** How often a service may be killed before it takes requests. */
const UNSERVED = 0.15;

/** When a host is killed in one of its lives. */
export interface PlannedKill {
  readonly at: Moment;
  /** The moment counts from when it takes requests on, and not from its start. */
  readonly isServed: boolean;
}

export function plannedKill(kind: Host["kind"], seeded: Seeded): PlannedKill {
  const at = momentOf(seeded, MOST_EVENTS[kind]);
  if (kind === "engine" || seeded.chance(UNSERVED)) return { at, isServed: false };
  const count = at.after === "decision" ? seeded.whole(1, MOST_DECISIONS) : at.count;
  return { at: { ...at, count }, isServed: true };
}

export const shownKill = ({ at, isServed }: PlannedKill): string =>
  `${isServed ? "served, " : ""}${shownMoment(at)}`;
