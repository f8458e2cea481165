import { isDeepStrictEqual } from "node:util";
import type { EventRow } from "./event-rows.ts";

/** What a publisher was told of an event that was accepted. */
export type ToldEvent = Pick<EventRow, "number" | "source" | "id" | "key" | "payload"> & {
  /** By the clocks. */
  readonly atMs: number;
  readonly takenBy: readonly string[];
};

/** A message is known again for so long. */
const KNOWN_MS = 7 * 86_400_000;

/** What publishers were told: it must be so for ever (R9), or until messages are forgotten. */
export class ToldEvents {
  readonly #told = new Map<string, ToldEvent>();

  /** What was told first of a message stays; what took it may become more. */
  published(event: ToldEvent): void {
    const name = nameOf(event);
    const before = this.#told.get(name);
    const takenBy = [...new Set([...(before?.takenBy ?? []), ...event.takenBy])];
    this.#told.set(name, { ...(before ?? event), takenBy });
  }

  broken(events: readonly EventRow[], now: number): readonly string[] {
    const rows = new Map(events.map((event) => [nameOf(event), event]));
    return [...this.#told.values()].flatMap((told) => {
      // Clocks may have been set back meanwhile, and it is forgotten by and by.
      if (now > told.atMs + KNOWN_MS - 60_000) return [];
      const row = rows.get(nameOf(told));
      const problem = row === undefined ? "is gone" : differenceOf(told, row);
      return problem === null ? [] : [`the event ${nameOf(told)}, which was accepted, ${problem}`];
    });
  }
}

const nameOf = ({ source, id }: Pick<EventRow, "source" | "id">): string => `${source} ${id}`;

function differenceOf(told: ToldEvent, row: EventRow): string | null {
  const isSame = told.number === row.number && told.key === row.key;
  if (!isSame || !isDeepStrictEqual(told.payload, row.payload)) return "is another";
  const missing = told.takenBy.some((id) => !row.offers.some(({ gate, isTaken }) => gate === id && isTaken));
  return missing ? "was taken, and is not any more" : null;
}
