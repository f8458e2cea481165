import type { ExternalTaskRecord, ExternalTaskState, LeaseEnding } from "../model/external-task.ts";
import type { Person } from "../model/person.ts";

/*
 * Tasks that programs outside pull and complete. Each belongs to a gate of kind `external`, which shows what the task is
 * given and takes its result; here is the queue in which those gates wait for a worker. All of it is rows: it works
 * whether or not somebody advances the run (R10).
 */

/** A task in the hands of a worker. */
export interface LeasedTask {
  readonly task: ExternalTaskRecord;
  /** The checked arguments. */
  readonly input: unknown;
  /** Proves who has it: needed for all that the worker says of it. Given once, kept hashed. */
  readonly token: string;
}

export interface LeaseRequest {
  /** Names of topics, in the order in which they are looked through; at most 100. */
  readonly topics: readonly string[];
  /** Name of the worker, as it calls itself: one line of at most 200 characters. */
  readonly worker: string;
  /** Whose token the worker uses: who decides by its result. */
  readonly by: Person;
  /** Milliseconds until the lease is lost without a heartbeat, from a second to a day; default one minute. */
  readonly lastsMs?: number;
  /** At most so many tasks, up to 100; default 1. */
  readonly limit?: number;
}

export interface Heartbeat {
  /** From 0 to 1. */
  readonly progress?: number;
  /** What the worker does now. */
  readonly message?: string;
  /** Lines for the task's log; of one heartbeat at most 1,000. A task keeps its first 10,000 lines. */
  readonly log?: readonly string[];
}

export interface Failure {
  readonly message: string;
  /** It may go well another time; it is tried again as often as the task allows. */
  readonly retry: boolean;
}

export interface ExternalTasks {
  /**
   * Gives tasks out; what it gives was durable first (C18). Leases that are over are taken back before. Throws
   * `not-allowed`, `external-request-not-valid`.
   */
  lease(request: LeaseRequest): readonly LeasedTask[];
  /**
   * Keeps the lease for as long again as it was taken for. One that is over holds until it was taken back. Throws
   * `external-task-not-found`, `lease-not-held`, `external-task-over`, `external-request-not-valid`.
   */
  heartbeat(id: string, token: string, sign?: Heartbeat): ExternalTaskRecord;
  /**
   * A result with the content of its files read and kept, to be completed with; one without files comes back as it is.
   * Throws `external-task-not-found`, `file-not-found`, `file-not-readable`.
   */
  withFilesKept(id: string, value: unknown): Promise<unknown>;
  /**
   * The result, as JSON has it, its files read by `withFilesKept`; again with the same token and value it changes nothing. What comes too late is refused
   * and kept as evidence. Throws `signal-not-valid` (and the worker keeps the task), `lease-not-held`,
   * `gate-already-resolved`, `external-task-not-found`.
   */
  complete(id: string, token: string, value: unknown): ExternalTaskRecord;
  /**
   * The task failed: it is tried again later, or its gate fails for good. Again with the same token it changes nothing.
   * Throws as `heartbeat`.
   */
  fail(id: string, token: string, failure: Failure): ExternalTaskRecord;
  /** Gives it back untried; again with the same token it changes nothing. Throws as `heartbeat`. */
  release(id: string, token: string): ExternalTaskRecord;
  /**
   * Puts a task that was set aside back into line, named by its id or the beginning of it. Throws
   * `external-task-not-found`, `external-task-not-unique`, `external-task-not-aside`, `not-allowed`.
   */
  putBack(id: string, by: Person): ExternalTaskRecord;
  /** What workers have, what is set aside, what waits in the order in which it comes; the newest of those that are done. */
  list(filter?: {
    readonly topic?: string;
    readonly state?: ExternalTaskState;
    /** Default 100. */
    readonly limit?: number;
  }): readonly ExternalTaskRecord[];
  /** Throws `external-task-not-found`. */
  get(id: string): ExternalTaskRecord;
  /** Everybody who was given a task, in their order, with what became of it. */
  leases(id: string): readonly LeaseRecord[];
  log(id: string): readonly { readonly at: number; readonly text: string }[];
  /** Calls back when there may be something new to lease; the returned function stops it. */
  subscribe(arrived: () => void): () => void;
}

export interface LeaseRecord {
  readonly worker: string;
  readonly by: string;
  readonly leasedAt: number;
  /** Null while it is held. */
  readonly endedAt: number | null;
  readonly ending: LeaseEnding | null;
  /** Why it failed, as the worker told. */
  readonly message: string | null;
}
