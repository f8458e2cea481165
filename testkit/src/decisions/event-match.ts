import type { EventRow, WaitingRow } from "./event-rows.ts";

/* Which event is for which gate, said once more from the rows alone: nothing of the engine is asked. */

/** Every gate of a random graph waits for a number. */
export const isFit = ({ payload }: Pick<EventRow, "payload">): boolean => typeof payload === "number";

/** What becomes of an event that is published while gates wait: those that take it, and those that it does not fit. */
export function takersOf(
  event: Pick<EventRow, "key" | "to" | "payload">,
  waiting: readonly WaitingRow[],
): { readonly takenBy: readonly string[]; readonly refusedBy: readonly string[] } {
  const gates = waiting
    .filter(({ key, status }) => key === event.key && status === "open")
    .map(({ id }) => id);
  if (!isFit(event)) return { takenBy: [], refusedBy: gates };
  return { takenBy: event.to === "all" ? gates : gates.slice(0, 1), refusedBy: [] };
}

/** Events that a gate takes when it opens, the oldest first. */
export function keptFor(
  { id, key }: Pick<WaitingRow, "id" | "key">,
  events: readonly EventRow[],
  now: number,
): readonly EventRow[] {
  return events.filter(
    (event) =>
      event.key === key &&
      event.expiresAt > now &&
      isFit(event) &&
      (event.to === "all" || event.offers.every(({ isTaken }) => !isTaken)) &&
      event.offers.every(({ gate }) => gate !== id),
  );
}
