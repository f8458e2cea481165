import type { Person } from "../model/person.ts";

/*
 * Tasks that programs outside pull and complete. Each belongs to a gate of kind `external`, which shows what the task is
 * given and takes its result; here is the queue in which those gates wait for a worker.
 */

export type ExternalTaskState =
  /** Waits for a worker. */
  | "ready"
  /** A worker has it. */
  | "leased"
  /** Too many workers lost it: it waits until somebody puts it back. */
  | "aside"
  /** Its gate is closed. */
  | "done";

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
  /** Leases that were lost, one after another; a heartbeat or result sets it to 0. */
  readonly lostLeases: number;
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
}

/** A task in the hands of a worker. */
export interface LeasedTask {
  readonly task: ExternalTaskRecord;
  readonly input: unknown;
  /** Proves who has it: needed for all that the worker says of it. Given once, kept hashed. */
  readonly token: string;
}

export interface LeaseRequest {
  /** Names of topics, in the order in which they are looked through. */
  readonly topics: readonly string[];
  /** Name of the worker, as it calls itself. */
  readonly worker: string;
  readonly by: Person;
  /** Milliseconds until the lease is lost without a heartbeat; default one minute. */
  readonly lastsMs?: number;
  /** At most so many tasks; default 1. */
  readonly limit?: number;
}

export interface Heartbeat {
  /** From 0 to 1. */
  readonly progress?: number;
  readonly message?: string;
  /** Lines for the task's log. */
  readonly log?: readonly string[];
}

export interface ExternalTasks {
  /** Gives tasks out; what it gives was durable first (C18). Leases that are over are taken back before. */
  lease(request: LeaseRequest): readonly LeasedTask[];
  /** Keeps the lease. Throws `lease-not-held`, `external-task-not-found`. */
  heartbeat(id: string, token: string, sign?: Heartbeat): ExternalTaskRecord;
  /** The result; again with the same token and value it changes nothing. Throws `signal-not-valid`, `lease-not-held`, `gate-already-resolved`. */
  complete(id: string, token: string, value: unknown): ExternalTaskRecord;
  /** The task failed: it is tried again later, or its gate fails for good. */
  fail(
    id: string,
    token: string,
    failure: { readonly message: string; readonly retry: boolean },
  ): ExternalTaskRecord;
  /** Gives it back untried. */
  release(id: string, token: string): ExternalTaskRecord;
  /** Puts a task that was set aside back into line. */
  putBack(id: string, by: Person): ExternalTaskRecord;
  /** What workers have, what waits, what is set aside; the newest of those that are done. */
  list(filter?: {
    readonly topic?: string;
    readonly state?: ExternalTaskState;
    readonly limit?: number;
  }): readonly ExternalTaskRecord[];
  log(id: string): readonly { readonly at: number; readonly text: string }[];
  /** Calls back when there may be something new to lease; the returned function stops it. */
  subscribe(arrived: () => void): () => void;
}
