import type { Person } from "../model/person.ts";

/*
 * Events: messages from outside that carry a key. One is for one waiting gate or for all of them; without a waiter it is
 * kept for its time to live (C24).
 */

export interface NewEvent {
  /** What gates of kind `event` wait for. */
  readonly key: string;
  readonly payload: unknown;
  /** Names the message: of those with one id from one source, the first counts. Default: every one is new. */
  readonly id?: string;
  /** Where it came from; default `api`. */
  readonly source?: string;
  /** For one waiter (default) or for all that wait now and until it is over. */
  readonly to?: "one" | "all";
  /** Milliseconds; default 7 days. */
  readonly timeToLiveMs?: number;
}

export interface EventRecord {
  readonly number: number;
  readonly source: string;
  readonly id: string;
  readonly key: string;
  readonly payload: unknown;
  readonly to: "one" | "all";
  readonly by: string | null;
  readonly receivedAt: number;
  readonly expiresAt: number;
  /** Gates that took it. */
  readonly takenBy: readonly string[];
}

export interface Events {
  /** Keeps an event and gives it to who waits, in one durable transaction; the same message again gives the first record. */
  publish(event: NewEvent, by: Person): EventRecord;
  list(filter?: {
    readonly key?: string;
    readonly before?: number;
    readonly limit?: number;
  }): readonly EventRecord[];
}

/** Something outside that tells of events: a folder, a database, a queue. */
export interface EventSource {
  /** Unique; what it told is remembered under it. */
  readonly name: string;
  /**
   * Begins after a cursor that it once gave, or from now on with null. Each call of `emit` resolves once the event and
   * the cursor are durable: only then the source may acknowledge it (C18). Throws never: what goes wrong is told.
   */
  start(after: string | null, listener: EventSourceListener): void;
  /** Resolves when nothing more will be told. */
  stop(): Promise<void>;
}

export interface EventSourceListener {
  /** The message's id names it: told again, it is not taken again. */
  emit(
    event: Required<Pick<NewEvent, "id" | "key" | "payload">> & Pick<NewEvent, "to" | "timeToLiveMs">,
    cursor: string,
  ): Promise<void>;
  failed(error: unknown): void;
}
