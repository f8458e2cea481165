/* Tasks that programs outside pull, as data. Times are milliseconds since 1970, UTC, by the clock of the store. */

export type ExternalTaskState =
  /** Waits for a worker. */
  | "ready"
  /** A worker has it. */
  | "leased"
  /** Too many workers lost it: it waits until somebody puts it back. */
  | "aside"
  /** Its gate is closed. */
  | "done";

/** What became of a lease. */
export type LeaseEnding =
  "completed" | "failed" | "released" | "lost" /** Its gate was closed in another way. */ | "revoked";

export interface ExternalTaskRecord {
  /** Id of its gate. */
  readonly id: string;
  readonly runId: string;
  /** Path of its gate in the run. */
  readonly path: string;
  readonly name: string;
  readonly topic: string;
  /** Greater ones are given out first; default 0. */
  readonly priority: number;
  readonly state: ExternalTaskState;
  /** Times that a worker was given it. */
  readonly attempts: number;
  /** Leases that were lost since it came into line, or was put back. */
  readonly lostLeases: number;
  /** Times that a worker gave it up for now, and it was tried again. */
  readonly failures: number;
  /** Who has it now, or had it last. */
  readonly worker: string | null;
  /** The user whose token the worker used. */
  readonly by: string | null;
  readonly leasedAt: number | null;
  readonly leasedUntil: number | null;
  /** Not given out before: after a failure that is tried again. */
  readonly availableAt: number;
  /** From 0 to 1, as the worker told. */
  readonly progress: number | null;
  /** What the worker told last, or why it is set aside. */
  readonly message: string | null;
  readonly createdAt: number;
  /** When its gate expires; null for never. */
  readonly deadlineAt: number | null;
}
