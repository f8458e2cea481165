import type { PublishedEvents } from "@ligase/sdk/internal";
import type { EventRecord } from "../model/event.ts";

/** Messages from outside, the gates that they were offered to, and how far their sources came. */
export interface EventStore extends EventLaunchStore {
  /** Keeps an event and gives its number; null when one of its source and id is there already. */
  insert(event: NewEventRow): number | null;
  get(number: number): EventRecord | null;
  named(source: string, id: string): EventRecord | null;
  /** The newest first: so many before a number, of one key or of all. */
  list(key: string | null, before: number, limit: number): readonly EventRecord[];
  /**
   * The same as `get`, as a look that decides about a write: until the transaction ends nobody else gives away what is
   * kept. Only the last lock of a transaction may be this one; the rows of runs and gates are held before.
   */
  hold(number: number): EventRecord | null;
  /** Events with a key that a gate may take and was not offered yet, the oldest first. */
  kept(gate: { readonly id: string; readonly key: string }, now: number, limit: number): readonly number[];
  /** Open gates that may take an event and were not offered it yet, the longest waiting first. */
  waiting(event: number, now: number, limit: number): readonly WaitingGate[];
  /** Events of which it is not known yet that no gate waits that was not offered it: their publisher is at it, or died. */
  undelivered(limit: number): readonly number[];
  /** All gates that waited for an event were offered it. */
  delivered(number: number): void;
  /** A gate took the event, or did not for a reason. */
  offered(event: number, gate: string, misfit: string | null): void;
  isToForget(now: number): boolean;
  /** Forgets so many events whose time is up, in a transaction of its own; gives how many it forgot. */
  forget(now: number, limit: number): number;
  /** Keys that begin with a text and that open gates wait for, each once, in their order: so many after one. */
  awaitedKeys(beginning: string, after: string, limit: number): readonly string[];
  /** Open gates that wait for a key, the longest waiting first. */
  awaiting(key: string, limit: number): readonly WaitingGate[];
  /** A trigger launches a run for a message; false when it did so before, and then nothing changes. */
  launches(trigger: string, message: string, runId: string): boolean;
  /** The run that a trigger launched for a message. */
  launchedFor(trigger: string, message: string): string | null;
  cursor(source: string): string | null;
  putCursor(source: string, cursor: string): void;
}

/** The triggers that launch runs for events, known to all who publish, and those runs. */
export interface EventLaunchStore {
  /** The triggers of a file, by name. */
  eventTriggers(file: string): readonly EventTriggerRow[];
  /** Puts triggers of a file in place of those it had. */
  putEventTriggers(file: string, triggers: readonly EventTriggerRow[]): void;
  /** An event is to launch a run for each trigger with its key; gives whether there are any. */
  addLaunches(event: number, key: string): boolean;
  /** Events after a number that are to launch a run for a trigger, the oldest first. */
  toLaunch(trigger: string, after: number, now: number, limit: number): readonly number[];
  /** An event launches a run; false when it has, or cannot, and then nothing changes. */
  launched(event: number, trigger: string, runId: string): boolean;
  /** An event can launch no run for a trigger, for a reason; one that it launched stays. */
  notLaunched(event: number, trigger: string, problem: string): void;
}

export interface EventTriggerRow extends Pick<PublishedEvents, "key" | "isPrefix"> {
  readonly name: string;
}

export type NewEventRow = Omit<EventRecord, "number" | "takenBy" | "refusedBy" | "launches"> & {
  readonly forgetAt: number;
};

export interface WaitingGate {
  readonly id: string;
  readonly runId: string;
}
