import type { SentDecision } from "../decisions/verdict.ts";
import { keptFor } from "../decisions/event-match.ts";
import { readEvents, type EventRow } from "../decisions/event-rows.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";

interface Opened {
  readonly id: string;
  readonly path: string;
  readonly key: string;
  readonly status: string;
  readonly decision: Pick<SentDecision, "event"> | null;
}

/** What was kept for a gate is given to it in the commit that opens it, the oldest first (C24); else what is wrong. */
export function brokenOpening(database: SimulatedDatabase, gate: Opened, now: number): string | null {
  const events = readEvents((sql) => database.rows(sql));
  const kept = keptFor(gate, events, now);
  const name = gate.decision?.event;
  if (gate.status === "open")
    return kept.length === 0 ? null : `${gate.path} opened, and an event that is kept was not given to it`;
  if (name === undefined) return null;
  const isTaken = ({ source, id }: EventRow): boolean => source === name.source && id === name.id;
  const taken = events.find(isTaken);
  const older = kept.filter(({ number }) => number < (taken?.number ?? 0));
  return older.length === 0 ? null : `${gate.path} took an event, and an older one is kept`;
}
