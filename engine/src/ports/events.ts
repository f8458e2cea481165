import type { EventRecord } from "../model/event.ts";
import type { Person } from "../model/person.ts";

/*
 * Events: messages from outside that carry a key. One is for one waiting gate or for all of them; without a waiter it is
 * kept for its time to live (C24).
 */

export interface NewEvent {
  /** What gates of kind `event` wait for: one line of at most 1,000 characters. */
  readonly key: string;
  readonly payload: unknown;
  /** Names the message: of those with one id from one source, the first counts. Default: every one is new. */
  readonly id?: string;
  /** Where it came from; default `api`. */
  readonly source?: string;
  /** For one waiter (default) or for all that wait now and until it is over. */
  readonly to?: "one" | "all";
  /** Milliseconds, at most a year; default 7 days. */
  readonly timeToLiveMs?: number;
}

/** An event as it is kept, and what became of publishing it. */
export interface Published extends EventRecord {
  /** False when the message had come before: this is what came of it then, and nothing was changed. */
  readonly isNew: boolean;
}

export interface EventFilter {
  readonly key?: string;
  /** Only events before this number. */
  readonly before?: number;
  /** Default 50. */
  readonly limit?: number;
}

export interface Events {
  /**
   * Keeps an event durably, and gives it to who waits: to the gate that has waited the longest and whose type it fits, or
   * to all of them. A gate that it does not fit stays open, and the misfit is told and kept. Without a waiter, or for all,
   * it is kept for gates that open until it is over. The same message again gives what became of the first. Messages are
   * known again for 7 days, or for their time to live where that is longer.
   *
   * Each trigger with its key launches a run for it: soon, where an engine serves the trigger.
   *
   * Throws `event-not-valid`; `argument-not-valid` when a trigger that this engine serves cannot launch a run with it.
   */
  publish(event: NewEvent, by: Person): Published;
  /**
   * An event for `publish` whose payload names files as the gates that wait for its key, or the triggers with its key
   * that this engine serves, have them: their content is read and kept, as it is now. Throws `file-not-found`, ….
   */
  withFilesKept(event: NewEvent): Promise<NewEvent>;
  /** Events that are kept, the newest first. */
  list(filter?: EventFilter): readonly EventRecord[];
  /**
   * Listens to a source until it is stopped or the engine is closed. The source goes on after the last cursor that was
   * kept, by whichever engine; several engines may listen to one, for what is told twice is taken once. Throws
   * `event-source-taken` when this engine listens to one of its name.
   */
  listen(source: EventSource): Listening;
}

export interface Listening {
  /** Resolves when the source has stopped. */
  stop(): Promise<void>;
  /** What went wrong last and was not right again since; null when nothing is wrong. */
  readonly problem: string | null;
}

/** A trigger that this engine has listen to its source. */
export interface TriggerState {
  readonly name: string;
  /** What went wrong last and was not right again since; null when nothing is wrong. */
  readonly problem: string | null;
}

/** Something outside that tells of events: a folder, a database, a queue. The contract suite is in the testkit. */
export interface EventSource {
  /** Unique; what it told, and how far it came, is remembered under it. */
  readonly name: string;
  /**
   * Begins after a cursor that it once gave, or from its own beginning with null. Throws never: what goes wrong is told
   * to the listener, and tried again.
   */
  start(after: string | null, listener: EventSourceListener): void;
  /** Resolves when nothing more will be told. */
  stop(): Promise<void>;
}

export interface EventSourceListener {
  /**
   * Takes a message; the message's id names it, and told again it is not taken again. Resolves once the message and the
   * cursor are durable, in one transaction: only then the source may acknowledge it (C18). So what a store lost, it lost
   * with the cursor behind it, and is told again. Rejects when it could not be kept: the source tells it again later. A
   * message that can never be taken, such as one with a key that is no key, is told to `failed` and resolves. A source
   * without cursors gives null: it is told the beginning at each start.
   */
  emit(message: SourceMessage, cursor: string | null): Promise<void>;
  /** Something went wrong; the source goes on. */
  failed(error: unknown): void;
}

export type SourceMessage = Required<Pick<NewEvent, "id" | "key" | "payload">> &
  Pick<NewEvent, "to" | "timeToLiveMs">;
