import type { Arg, Lazy } from "../graph/lazy.ts";
import type { Template } from "../graph/template.ts";
import type { Duration } from "../types/duration.ts";
import type { Size } from "../types/byte-size.ts";
import type { FailureKind } from "../runner/job.ts";

/** What a job may use. Numbers are checked against the machine or the executor before it starts. */
export interface ResourceOptions {
  /** Processor cores; default 1. */
  readonly cpu?: number;
  /** Main memory, "2 GiB" or bytes; default 0, not accounted. */
  readonly memory?: Size;
  /** Graphics processors; default 0. */
  readonly gpu?: number;
  /** Scratch space, "10 GiB" or bytes; default 0, not accounted. */
  readonly disk?: Size;
}

/** What the attempt before had; of the first attempt `attempt` is 0, and the others are 0 and null. */
export interface PreviousAttempt {
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  readonly cpu: number;
  readonly memoryBytes: number;
  /** Why it failed. */
  readonly failure: FailureKind | null;
}

/**
 * Resources that depend on the inputs or on the attempt before: `({ reads }) => ({ memory: mul(reads.size, 4) })`.
 * Traced once into data; sizes that it computes are numbers of bytes. A function that looks at the attempt before
 * decides about growth itself; otherwise `growth` applies to what it gives.
 */
export type ResourceFunction<Args> = (
  args: { readonly [K in keyof Args]: Lazy<Args[K]> },
  previous: Lazy<PreviousAttempt>,
) => { readonly [K in keyof ResourceOptions]?: Arg<number> | ResourceOptions[K] };

/** Resources that templates compute (C16); of several, and of the fixed amounts beside them, the largest count. */
export interface DynamicResources extends ResourceOptions {
  /** Parameters: arguments, `PreviousAttempt`. */
  readonly templates: readonly Template[];
}

/** Tells whether resources were given as a function. */
export const isDynamic = (resources: ResourceOptions): resources is DynamicResources =>
  "templates" in resources;

/** When a failed attempt is followed by another. */
export interface RetryOptions {
  /** Attempts after the first. */
  readonly count: number;
  /** Wait before the second attempt, doubled for each further one, with jitter of ±25 %; default "1s". */
  readonly backoff?: Duration;
  /** Longest wait, no shorter than `backoff`; default "5m", or `backoff` where that is longer. */
  readonly maxBackoff?: Duration;
  /** Failure kinds that are tried again: some of `user`, `resource`, `infrastructure`; default all three. */
  readonly on?: readonly FailureKind[];
}

/** Options that only say where and with what a job runs: never part of its cache key (C6). */
export interface PlacementOptions<R = ResourceOptions> {
  readonly resources?: R;
  /** Factor by which memory (and time-out) grow with each retry after a `resource` failure; default 2. */
  readonly growth?: number;
  /** Retries after the first attempt, by number or in detail; default: 0, and 3 for `infrastructure` failures. */
  readonly retries?: number | RetryOptions;
  /** Wall time of an attempt; default none. */
  readonly timeout?: Duration;
  /** Name of a configured executor; default by the kind of task. */
  readonly executor?: string;
  /** Names of limits that the job holds while it runs, by how much: `{ license: 1 }`, or a list of names. */
  readonly limits?: readonly string[] | Readonly<Record<string, number>>;
  /** Higher runs first; default 0. */
  readonly priority?: number;
  /** The job may be placed on machines that can be taken away; default false. */
  readonly interruptible?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** All options of a task. */
export interface TaskOptions<R = ResourceOptions> extends PlacementOptions<R> {
  readonly description?: string;
  /** Replaces the code in the task's hash, never its types: change it when the meaning changes (C13). */
  readonly version?: string;
  /** False: computed once per run, recorded, never answered from an earlier run; default true. */
  readonly cache?: boolean;
  /** Literal environment of the job; part of the key. */
  readonly env?: Readonly<Record<string, string>>;
  /** Container image; part of the key, without its registry host. */
  readonly image?: string;
  /** Environment names → names of secrets; only the names are part of the key. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The function is so light that it may run inside the scheduler's process; default false. */
  readonly light?: boolean;
  /** Name of the output that is shown as the job's deck. */
  readonly deck?: string;
  /** Programs that the task calls. On this machine a missing one is an error before anything of a run starts. */
  readonly tools?: readonly string[];
}

/** Options as they are declared; `Args` is what the task's body gets. */
export type DeclaredOptions<Args> = TaskOptions<ResourceOptions | ResourceFunction<Args>>;
