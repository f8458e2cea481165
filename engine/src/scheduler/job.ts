import type { JobError, PlacementOptions, Template } from "@ligase/sdk/internal";
import type { TaskEntry } from "../cache/project-code.ts";
import type { Reason } from "../model/records.ts";
import type { JobStatus } from "../model/states.ts";
import type { Executor } from "../ports/executor.ts";
import type { CallRequest } from "../reducer/effects.ts";
import type { Limiter, Origin } from "../reducer/cell.ts";
import { placementFor, scriptOptionsOf } from "./placement.ts";

/** One call of a task in one run, while it is not finished. */
export interface Job {
  /** Number in its run, from 1. */
  number: number;
  /** Number of the call in the reducer under which it is answered. */
  readonly call: number;
  readonly entry: TaskEntry;
  readonly key: string;
  readonly args: unknown;
  readonly argsText: string;
  readonly origin: Origin;
  /** Where its value came from, when calls below it made it. */
  valueOrigin: Origin;
  readonly parent: Job | null;
  /** Other jobs that wait for this one; what is below it is below them too. */
  otherParents: Job[] | null;
  placement: PlacementOptions;
  /** Of a function that gives a script: what the script runs with. */
  scriptPlacement: PlacementOptions | null;
  /** Arguments of which resources are computed: those of the task that was called. */
  readonly resourceArgs: unknown;
  /** A stronger placement that an equal call asked for while this one ran (C7). */
  stronger: PlacementOptions | null;
  readonly limiter: Limiter | null;
  readonly queuedAt: number;
  startedAt: number | null;
  status: JobStatus;
  reason: Reason;
  executor: Executor | null;
  /** From 1; 0 before the first. */
  attempt: number;
  /** It is in the store, or is about to be. */
  hasRow: boolean;
  /** Its first result, when that is an expression (C8). */
  first: { readonly template: Template; readonly hash: string } | null;
  /** Interned sets of the tasks and outside files below it. */
  taskSet: number;
  fileSet: number | null;
  volatile: boolean;
  /** Call node that was inserted with its first result. */
  node: number | null;
  /** Gates below that wait. */
  openGates: number;
  /** What of its retries was spent, by failure kind. */
  failures: JobError[];
  /** Value saved by an attempt for the next one, in stored form. */
  checkpoint: string | null;
  /** The recorded call that was judged last for it; 0 when there was none, null when none may answer. */
  judged: number | null;
  /** This run has the claim of its key. */
  isClaimed: boolean;
  /** What was done for it in this run, itself and what is below: something was executed; a kept result was used. */
  ran: boolean;
  reused: boolean;
}

export interface NewJob {
  readonly number: number;
  readonly request: Pick<CallRequest, "id" | "placement" | "limiter">;
  readonly entry: TaskEntry;
  readonly key: string;
  readonly args: unknown;
  readonly argsText: string;
  readonly origin: Origin;
  readonly parent: Job | null;
  readonly resourceArgs: unknown;
  readonly queuedAt: number;
}

/** Whether a job ended with kept results only: it was opened or reduced again, but nothing was executed for it. */
export const isReplayed = (job: Job): boolean => job.reused && !job.ran;

export function makeJob(from: NewJob): Job {
  const { entry, request } = from;
  const placement = placementFor(entry.definition, request.placement);
  const givesScript = scriptOptionsOf(entry.definition) !== null;
  return {
    number: from.number,
    call: request.id,
    entry,
    key: from.key,
    args: from.args,
    argsText: from.argsText,
    origin: from.origin,
    valueOrigin: null,
    parent: from.parent,
    otherParents: null,
    placement: givesScript ? entry.definition.options : placement,
    scriptPlacement: givesScript ? placement : null,
    resourceArgs: from.resourceArgs,
    stronger: null,
    limiter: request.limiter,
    queuedAt: from.queuedAt,
    startedAt: null,
    status: "queued",
    reason: { kind: "new" },
    executor: null,
    attempt: 0,
    hasRow: false,
    first: null,
    taskSet: entry.ownSet,
    fileSet: null,
    volatile: false,
    node: null,
    openGates: 0,
    failures: [],
    checkpoint: null,
    judged: 0,
    isClaimed: false,
    ran: false,
    reused: false,
  };
}
