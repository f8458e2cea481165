import type { JobSpec, Outcome } from "@ligase/sdk/internal";

/** What an executor tells the scheduler. Events of one job come in order, the last is `ended` or `returned`. */
export type ExecutorEvent =
  | { readonly kind: "started"; readonly id: string; readonly remoteId: string | null; readonly atMs: number }
  | {
      readonly kind: "progress";
      readonly id: string;
      readonly fraction: number;
      readonly message: string | null;
    }
  | { readonly kind: "checkpoint"; readonly id: string; readonly text: string }
  /** Taken back before it started: it does not start any more, and nothing else is told of it. */
  | { readonly kind: "returned"; readonly id: string }
  | { readonly kind: "ended"; readonly id: string; readonly outcome: Outcome; readonly atMs: number };

/**
 * Jobs that may take each other's place, for they need the same. Of those submitted in a lane at most `places` run at
 * once, counted anew with each batch; the others start in the order given, each as soon as a place is free.
 */
export interface LanePlaces {
  /** Names the lane among those of the executor. */
  readonly key: string;
  readonly places: number;
}

/** What an executor can do with jobs that were submitted beyond the places of their lane. */
export interface AheadOfTurn {
  /** How many more of them it takes now. */
  room(): number;
  /** Gives back jobs that have not started: `returned` is told of each, before or after `started` of the others. */
  takeBack(ids: readonly string[]): void;
}

/**
 * A place where jobs run. It is given jobs only within `capacity()`, and tells all that happens by calling `listener`
 * with a batch, never synchronously from `submit`. Its contract suite is in the testkit.
 */
export interface Executor {
  /** Name it is configured under, as in a task's `executor` option. */
  readonly name: string;
  /** How many more jobs it may be given now. */
  capacity(): number;
  /**
   * Starts a batch of jobs. Never throws for a job's sake: a job that cannot start ends with an `infrastructure` failure.
   * Without a lane each job may start at once.
   */
  submit(jobs: readonly JobSpec[], lane?: LanePlaces): void;
  /**
   * Finds jobs that an earlier process submitted. Those still running go on and will end here; the ids returned are not
   * known to be running and must be submitted again.
   */
  adopt(jobs: readonly JobSpec[]): Promise<readonly string[]>;
  /** Asks jobs to end: abort signal or TERM, after `graceMs` KILL of the whole process group. They end as `cancelled`. */
  cancel(ids: readonly string[], graceMs: number): void;
  /** Of an executor that takes jobs ahead of their turn. */
  readonly ahead?: AheadOfTurn;
  /** Ends what is still running and frees everything. */
  close(): Promise<void>;
}

export type ExecutorListener = (events: readonly ExecutorEvent[]) => void;
