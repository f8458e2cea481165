import type { JobSpec, Outcome } from "@ligase/sdk/internal";

/** What an executor tells the scheduler. Events of one job come in order; a job ends with exactly one `ended`. */
export type ExecutorEvent =
  | { readonly kind: "started"; readonly id: string; readonly remoteId: string | null; readonly atMs: number }
  | {
      readonly kind: "progress";
      readonly id: string;
      readonly fraction: number;
      readonly message: string | null;
    }
  | { readonly kind: "checkpoint"; readonly id: string; readonly text: string }
  | { readonly kind: "ended"; readonly id: string; readonly outcome: Outcome; readonly atMs: number };

/**
 * A place where jobs run. It is given jobs only within `capacity()`, and tells all that happens by calling `listener`
 * with a batch, never synchronously from `submit`. Its contract suite is in the testkit.
 */
export interface Executor {
  /** Name it is configured under, as in a task's `executor` option. */
  readonly name: string;
  /** How many more jobs it may be given now. */
  capacity(): number;
  /** Starts a batch of jobs. Never throws for a job's sake: a job that cannot start ends with an `infrastructure` failure. */
  submit(jobs: readonly JobSpec[]): void;
  /**
   * Finds jobs that an earlier process submitted. Those still running go on and will end here; the ids returned are not
   * known to be running and must be submitted again.
   */
  adopt(jobs: readonly JobSpec[]): Promise<readonly string[]>;
  /** Asks jobs to end: abort signal or TERM, after `graceMs` KILL of the whole process group. They end as `cancelled`. */
  cancel(ids: readonly string[], graceMs: number): void;
  /** Ends what is still running and frees everything. */
  close(): Promise<void>;
}

export type ExecutorListener = (events: readonly ExecutorEvent[]) => void;
