import {
  AttemptContext,
  runJob,
  type AbortCause,
  type JobHost,
  type JobSpec,
  type Outcome,
  type TaskTable,
} from "@ligase/sdk/internal";
import type { Executor, ExecutorEvent, ExecutorListener } from "../ports/executor.ts";
import type { FileStore } from "../ports/file-store.ts";
import { afterMs } from "./deadline.ts";
import { abortedOutcome, scriptRefused, unknownTask } from "./process/job-outcome.ts";

/** Most jobs at a time. They are light: most end in the turn in which they begin. */
const DEFAULT_SIZE = 1024;
/** After so long without a pause the loop of the scheduler gets a turn. */
const TURN_MS = 5;
const TIMEOUT_GRACE_MS = 2_000;

export interface InlineExecutorOptions {
  readonly name: string;
  readonly tasks: TaskTable;
  readonly listener: ExecutorListener;
  /** Reads the files that task bodies return. */
  readonly files: Pick<FileStore, "identify">;
  /** Most jobs at a time; default 1024. */
  readonly size?: number;
}

/**
 * Runs functions declared light in this process. Nothing protects the scheduler from a body that computes for long, and
 * a body that ignores its abort signal goes on unseen after its job has ended: a service does not use this executor. The
 * environment that a task asks for is in `ctx.env` only, for `process.env` is shared.
 */
export function createInlineExecutor(options: InlineExecutorOptions): Executor {
  return new InlineExecutor(options);
}

interface Running {
  readonly context: AttemptContext;
  /** Prevents what would end it: its time-out, or the end of its grace. */
  stopTimer: (() => void) | null;
}

class InlineExecutor implements Executor {
  readonly name: string;
  readonly #options: InlineExecutorOptions;
  readonly #size: number;
  #waiting = new Map<string, JobSpec>();
  /** Jobs whose body returned a promise. */
  readonly #running = new Map<string, Running>();
  #events: ExecutorEvent[] = [];
  #isTurnPlanned = false;
  #isFlushing = false;
  #isClosed = false;

  constructor(options: InlineExecutorOptions) {
    this.name = options.name;
    this.#options = options;
    this.#size = options.size ?? DEFAULT_SIZE;
  }

  capacity(): number {
    return this.#isClosed ? 0 : Math.max(0, this.#size - this.#waiting.size - this.#running.size);
  }

  submit(jobs: readonly JobSpec[]): void {
    for (const spec of jobs) this.#waiting.set(spec.id, spec);
    this.#planTurn();
  }

  /** What ran in another process died with it. */
  adopt(jobs: readonly JobSpec[]): Promise<readonly string[]> {
    return Promise.resolve(jobs.map((job) => job.id));
  }

  cancel(ids: readonly string[], graceMs: number): void {
    for (const id of ids) {
      const spec = this.#waiting.get(id);
      if (spec === undefined) this.#abort(id, "cancelled", graceMs);
      else {
        this.#waiting.delete(id);
        this.#end(id, abortedOutcome(spec, "cancelled"));
      }
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.cancel([...this.#waiting.keys()], 0);
    for (const [id, { context }] of this.#running) {
      context.abort("cancelled", 0);
      this.#give(id, context);
    }
    this.#flush();
    return Promise.resolve();
  }

  /** What the listener submits in answer to a turn waits for the loop: a long chain of jobs must not starve it (R6). */
  #planTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    if (this.#isFlushing) setImmediate(() => this.#turn());
    else queueMicrotask(() => this.#turn());
  }

  /** Runs what waits, and tells all that happened at once. What happens meanwhile is told by this turn too. */
  #turn(): void {
    const untilMs = performance.now() + TURN_MS;
    for (const [id, spec] of this.#waiting) {
      this.#waiting.delete(id);
      this.#begin(spec);
      if (performance.now() >= untilMs) break;
    }
    this.#isTurnPlanned = this.#waiting.size > 0;
    if (this.#isTurnPlanned) setImmediate(() => this.#turn());
    this.#flush();
  }

  #begin(spec: JobSpec): void {
    const { id, work } = spec;
    this.#events.push({ kind: "started", id, remoteId: null, atMs: Date.now() });
    if (work.kind === "script") return this.#end(id, scriptRefused(spec, this.name));
    const task = this.#options.tasks(spec.task);
    if (task === undefined) return this.#end(id, unknownTask(spec));
    const context = new AttemptContext(spec, this.#hostOf(id));
    const outcome = runJob(task, { argsText: work.argsText, context });
    if (outcome instanceof Promise) this.#await(spec, context, outcome);
    else this.#end(id, outcome);
  }

  #await(spec: JobSpec, context: AttemptContext, outcome: Promise<Outcome>): void {
    const { id, timeoutMs } = spec;
    const onTimeout = (): void => this.#abort(id, "timed-out", TIMEOUT_GRACE_MS);
    const stopTimer = timeoutMs === null ? null : afterMs(timeoutMs, onTimeout);
    const running: Running = { context, stopTimer };
    this.#running.set(id, running);
    void outcome.then((ended) => this.#endRunning(id, running, ended));
  }

  #endRunning(id: string, running: Running, outcome: Outcome): void {
    // A job that was given up may end later, and its id may be in use again by then.
    if (this.#running.get(id) !== running) return;
    this.#forget(id);
    this.#end(id, outcome);
  }

  #abort(id: string, cause: AbortCause, graceMs: number): void {
    const running = this.#running.get(id);
    if (running === undefined || running.context.abortCause !== null) return;
    running.stopTimer?.();
    running.stopTimer = afterMs(graceMs, () => this.#give(id, running.context));
    running.context.abort(cause, graceMs);
  }

  /** The body did not end in time. It cannot be killed, but nobody waits for it any longer. */
  #give(id: string, context: AttemptContext): void {
    if (!this.#forget(id)) return;
    context.close();
    this.#end(id, abortedOutcome(context.spec, context.abortCause ?? "cancelled"));
  }

  #forget(id: string): boolean {
    this.#running.get(id)?.stopTimer?.();
    return this.#running.delete(id);
  }

  #end(id: string, outcome: Outcome): void {
    this.#tell({ kind: "ended", id, outcome, atMs: Date.now() });
  }

  #tell(event: ExecutorEvent): void {
    this.#events.push(event);
    this.#planTurn();
  }

  #flush(): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#isFlushing = true;
    try {
      this.#options.listener(events);
    } finally {
      this.#isFlushing = false;
    }
  }

  #hostOf(id: string): JobHost {
    return {
      report: (report) => this.#tell({ ...report, id }),
      identify: (value) => this.#options.files.identify(value),
      groups: { started: () => undefined, ended: () => undefined },
    };
  }
}
