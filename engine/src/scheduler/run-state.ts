import type { RunEnd, RunEvent } from "../model/progress.ts";
import type { Executor } from "../ports/executor.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Job } from "./job.ts";

/** Who is told of a run, and writes what is not the scheduler's. */
export interface RunListener {
  emit(event: RunEvent): void;
  /** The value of a run, before it ends: what of it is not in the run's row is to be kept. */
  keep(value: unknown): void;
  /** Writes the end of a run, in the transaction with the last of what was gathered. */
  record(end: RunEnd): void;
  /** The end is recorded. */
  ended(end: RunEnd): void;
  /** The run cannot go on here; its end is not recorded. */
  stopped(end: RunEnd): void;
  /** Only gates and timers are left, or that is over. */
  waits(isWaiting: boolean): void;
}

/** What the scheduler keeps of a run beside what the run itself knows. */
export class RunState {
  readonly run: ActiveRun;
  /** `failing`: sure to fail, nothing more starts. `draining`: interrupted. */
  mode: "running" | "failing" | "draining" | "cancelling" | "over" = "running";
  readonly running = new Set<Job>();
  queued = 0;
  /** Jobs whose key another run computes. */
  held = 0;
  /** Promises that will post a message. */
  pending = 0;
  /** What takes a timer back, for each that is set. */
  readonly timers = new Set<() => void>();
  /** The files of its result were brought to the disk. */
  isFlushed = false;
  /** It leaves memory when it only waits for gates. */
  isToLeave = false;
  /** Its end is being written. */
  isEnding = false;
  /** Jobs that a dry run would have started. */
  readonly wouldRun: Job[] = [];
  readonly executors: ReadonlyMap<string, Executor>;
  readonly onFailure: "stop" | "finish";
  readonly dryRun: boolean;
  readonly startedAt: number;
  readonly tell: RunListener;
  #isWaiting = false;

  constructor(options: {
    executors: ReadonlyMap<string, Executor>;
    onFailure: "stop" | "finish";
    dryRun: boolean;
    startedAt: number;
    tell: RunListener;
    makeRun: (state: RunState) => ActiveRun;
  }) {
    this.executors = options.executors;
    this.onFailure = options.onFailure;
    this.dryRun = options.dryRun;
    this.startedAt = options.startedAt;
    this.tell = options.tell;
    this.run = options.makeRun(this);
  }

  /** Something will come by itself: jobs in line, what another run computes, time, decisions. */
  get isToGoOn(): boolean {
    return this.queued > 0 || this.held > 0 || this.timers.size > 0 || !this.run.gates.isEmpty;
  }

  /** Whoever goes on with it later finds all that it waits for in rows. */
  get hasOnlyGates(): boolean {
    const { run, running, queued, held, pending, timers } = this;
    if (run.gates.isEmpty) return false;
    const isIdle = running.size + queued + held + pending === 0 && run.recorder.isEmpty;
    return isIdle && !run.isChecking && timers.size === run.gates.timers;
  }

  /** Only gates and timers are left, or that is over; false when that was so before. */
  waits(isWaiting: boolean, at: number): boolean {
    if (isWaiting === this.#isWaiting) return false;
    this.#isWaiting = isWaiting;
    this.run.recorder.moved(isWaiting ? "waiting" : "running", at);
    this.tell.waits(isWaiting);
    return true;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** What a dry run found: each job that would run, with its reason. */
  report(): readonly { readonly task: string; readonly reason: Job["reason"] }[] {
    return this.wouldRun.map((job) => ({ task: job.entry.definition.name, reason: job.reason }));
  }
}
