import { decode } from "@ligase/sdk/values";
import type { ReadRows } from "./decision-rows.ts";

/* What a store holds of events, read row by row. */

export interface EventRow {
  readonly number: number;
  readonly source: string;
  readonly id: string;
  readonly key: string;
  readonly to: "one" | "all";
  readonly by: string | null;
  readonly expiresAt: number;
  readonly payload: unknown;
  /** Gates that it was offered to. */
  readonly offers: readonly { readonly gate: string; readonly isTaken: boolean }[];
}

/** A gate that waits for an event, or waited. */
export interface WaitingRow {
  readonly id: string;
  readonly key: string;
  readonly status: string;
}

const EVENTS = `SELECT number, source, message AS id, key, recipients AS "to", publisher AS "by", expires_at AS "expiresAt",
  payload FROM event ORDER BY number`;
const OFFERS = "SELECT event, gate, misfit FROM event_offer ORDER BY event, gate";
const WAITING = `SELECT id, event_key AS key, status FROM gate WHERE event_key IS NOT NULL ORDER BY opened_at, id`;

export function readEvents(read: ReadRows): readonly EventRow[] {
  const offers = read(OFFERS) as readonly { event: number; gate: string; misfit: string | null }[];
  const byEvent = Map.groupBy(offers, ({ event }) => event);
  return (read(EVENTS) as readonly (EventRow & { payload: string })[]).map((row) => ({
    ...row,
    payload: decode(row.payload),
    offers: (byEvent.get(row.number) ?? []).map(({ gate, misfit }) => ({ gate, isTaken: misfit === null })),
  }));
}

/** Those that wait the longest first. */
export const readWaiting = (read: ReadRows): readonly WaitingRow[] => read(WAITING) as readonly WaitingRow[];
