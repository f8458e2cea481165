/** A message by which it is known: its source, and what names it there. */
export interface MessageName {
  readonly source: string;
  readonly id: string;
}

/** A message from outside that carries a key. */
export interface EventRecord extends MessageName {
  readonly number: number;
  readonly key: string;
  readonly payload: unknown;
  /** For one waiter, or for all that wait until it is over. */
  readonly to: "one" | "all";
  /** Who published it; null for a source. */
  readonly by: string | null;
  readonly receivedAt: number;
  /** From then on nobody takes it. */
  readonly expiresAt: number;
  /** Gates that took it, in their order. */
  readonly takenBy: readonly string[];
  /** Gates whose type it does not fit. */
  readonly refusedBy: readonly Misfit[];
  /** The runs that it launches, one for each trigger with its key, by the names of the triggers. */
  readonly launches: readonly EventLaunch[];
}

export interface EventLaunch {
  readonly trigger: string;
  /** Null while an engine that serves the trigger is waited for, and where there can be none. */
  readonly run: string | null;
  /** Why there can be no run, such as a payload that does not fit; null otherwise. */
  readonly problem: string | null;
}

export interface Misfit {
  /** Id of the gate; it stays open. */
  readonly gate: string;
  readonly reason: string;
}
