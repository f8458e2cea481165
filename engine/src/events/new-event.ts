import { isLigaseError, LigaseError } from "@ligase/sdk";
import { encode, eventKeyProblem } from "@ligase/sdk/internal";
import { uuidv7 } from "../model/uuid.ts";
import type { NewEvent } from "../ports/events.ts";
import type { NewEventRow } from "../ports/event-store.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const LIVES_MS = 7 * DAY_MS;
const LIVES_AT_MOST_MS = 366 * DAY_MS;
/** Messages are known again for so long, whatever their time to live is. */
const KNOWN_MS = 7 * DAY_MS;
const LARGEST_PAYLOAD = 1024 * 1024;

/** The source of what is published without one. */
export const API_SOURCE = "api";

/** Names of sources that the engine listens to begin so, and those that people give do not. */
export const SOURCE_PREFIX = "source:";

/** The row of an event. Throws `event-not-valid`. */
export function newEvent(
  { key, payload = null, id, source = API_SOURCE, to = "one", timeToLiveMs = LIVES_MS }: NewEvent,
  { by, now }: { readonly by: string | null; readonly now: number },
): NewEventRow {
  refuseIf(eventKeyProblem(key));
  refuseIf(nameProblem(source, "source"));
  if (id !== undefined) refuseIf(nameProblem(id, "id"));
  if (by !== null && source.startsWith(SOURCE_PREFIX))
    refuseIf(
      `the name of its source begins with "${SOURCE_PREFIX}", as only those that the engine listens to`,
    );
  if (to !== "one" && to !== "all") refuseIf('it is neither to "one" nor to "all"');
  if (!Number.isSafeInteger(timeToLiveMs) || timeToLiveMs < 1 || timeToLiveMs > LIVES_AT_MOST_MS)
    refuseIf("its time to live is not from a millisecond to 366 days");
  refuseIf(payloadProblem(payload));
  return {
    source,
    id: id ?? uuidv7(now),
    key,
    payload,
    to,
    by,
    receivedAt: now,
    expiresAt: now + timeToLiveMs,
    forgetAt: now + Math.max(timeToLiveMs, KNOWN_MS),
  };
}

/** Names are told as keys are, and are as long. */
function nameProblem(name: unknown, what: string): string | null {
  return eventKeyProblem(name)?.replace("its key", `its ${what}`) ?? null;
}

function payloadProblem(payload: unknown): string | null {
  try {
    const { length } = encode(payload, { locations: true });
    return length > LARGEST_PAYLOAD
      ? "its payload is larger than 1 MiB; what is large belongs into a file"
      : null;
  } catch (error) {
    if (!isLigaseError(error)) throw error;
    return `its payload cannot be kept: ${error.message}`;
  }
}

function refuseIf(reason: string | null): void {
  if (reason !== null) throw new LigaseError("event-not-valid", { reason });
}
