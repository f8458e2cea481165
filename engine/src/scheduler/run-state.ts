import type { RunEnd, RunEvent } from "../model/progress.ts";
import type { Executor } from "../ports/executor.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Job } from "./job.ts";

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
  /** Jobs that a dry run would have started. */
  readonly wouldRun: Job[] = [];
  readonly executors: ReadonlyMap<string, Executor>;
  readonly onFailure: "stop" | "finish";
  readonly dryRun: boolean;
  readonly startedAt: number;
  readonly emit: (event: RunEvent) => void;
  readonly keep: (value: unknown) => void;
  readonly #ended: (end: RunEnd) => void;
  readonly #waits: (isWaiting: boolean) => void;
  #isWaiting = false;

  constructor(options: {
    executors: ReadonlyMap<string, Executor>;
    onFailure: "stop" | "finish";
    dryRun: boolean;
    startedAt: number;
    emit: (event: RunEvent) => void;
    keep: (value: unknown) => void;
    ended: (end: RunEnd) => void;
    waits: (isWaiting: boolean) => void;
    makeRun: (state: RunState) => ActiveRun;
  }) {
    this.executors = options.executors;
    this.onFailure = options.onFailure;
    this.dryRun = options.dryRun;
    this.startedAt = options.startedAt;
    this.emit = options.emit;
    this.keep = options.keep;
    this.#ended = options.ended;
    this.#waits = options.waits;
    this.run = options.makeRun(this);
  }

  /** Only gates and timers are left, or that is over. */
  waits(isWaiting: boolean): void {
    if (isWaiting === this.#isWaiting) return;
    this.#isWaiting = isWaiting;
    this.#waits(isWaiting);
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  end(end: RunEnd): void {
    this.#ended(end);
  }

  /** What a dry run found: each job that would run, with its reason. */
  report(): readonly { readonly task: string; readonly reason: Job["reason"] }[] {
    return this.wouldRun.map((job) => ({ task: job.entry.definition.name, reason: job.reason }));
  }
}
