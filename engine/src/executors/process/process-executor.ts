import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { toJobError, type JobError, type JobSpec, type Outcome } from "@ligase/sdk/internal";
import { CodeInUse } from "../../code/code-in-use.ts";
import type { Executor, ExecutorEvent, ExecutorListener } from "../../ports/executor.ts";
import type { FileStore } from "../../ports/file-store.ts";
import { compileCacheFolder } from "./compile-cache.js";
import { Forecast } from "./forecast.ts";
import { abortedOutcome, failedOutcome, scriptRefused } from "./job-outcome.ts";
import { Load } from "./load.ts";
import { refusalOf } from "./edited-code.ts";
import { isOwnDoing, lostJobError, startError, type ProcessEnd } from "./lost-child.ts";
import type { ChildOptions } from "./pool-child.ts";
import { Slot, type PoolJob } from "./slot.ts";
import { fromWireFile, toWireFile, type ChildMessage } from "./wire.ts";

/** Work that may wait in the pool, so that children never wait for the scheduler. */
const QUEUE_MS = 20;
/** Most jobs that may be in the pool, per child. */
const MAX_PER_CHILD = 512;
/** Children that may die one after another before they can run a job. */
const MAX_FAILED_STARTS = 3;

const PROGRAM = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));

export interface ProcessExecutorOptions {
  readonly name: string;
  /** Absolute path of the user's workflow file, which each child imports. */
  readonly entry: string;
  readonly listener: ExecutorListener;
  /** Children, each with one job at a time; default: the processors of the machine. */
  readonly size?: number;
  /** Heap of a child; default: Node's own limit. A job that needs more fails as `resource`. */
  readonly memoryMiB?: number;
  /** Time that a body has to end after its time-out, before its process is killed; default 2,000. */
  readonly timeoutGraceMs?: number;
  /** The code of the engine, which each child must have, too; default: the code of the first child. */
  readonly code?: CodeInUse;
  /** Reads the files that task bodies return. */
  readonly files: Pick<FileStore, "identify">;
}

/**
 * Runs functions in a pool of child processes. User code that computes blocks neither the scheduler nor other jobs; a
 * child that dies fails only the job it was running, what waited behind it goes to another child unseen.
 */
export function createProcessExecutor(options: ProcessExecutorOptions): ProcessExecutor {
  return new Pool(options);
}

export interface ProcessExecutor extends Executor {
  /** Starts the first child before the first job is there. To be called when jobs are likely to come. */
  warmUp(): void;
}

class Pool implements ProcessExecutor {
  readonly name: string;
  readonly #options: ProcessExecutorOptions;
  readonly #size: number;
  readonly #code: CodeInUse;
  readonly #forecast = new Forecast();
  readonly #load = new Load();
  readonly #slots = new Set<Slot>();
  /** Children that have not ended, also those that get no more jobs. */
  readonly #exits = new Set<Promise<void>>();
  /** Jobs that no child has, in the order they came. */
  #waiting = new Map<string, PoolJob>();
  #events: ExecutorEvent[] = [];
  #isFlushPlanned = false;
  #jobs = 0;
  #failedStarts = 0;
  #isClosed = false;

  constructor(options: ProcessExecutorOptions) {
    this.name = options.name;
    this.#options = options;
    this.#size = options.size ?? availableParallelism();
    this.#code = options.code ?? new CodeInUse();
  }

  capacity(): number {
    if (this.#isClosed) return 0;
    const perChild = Math.min(MAX_PER_CHILD, Math.max(1, Math.round(QUEUE_MS / this.#forecast.overallMs)));
    return Math.max(0, this.#size * perChild - this.#jobs);
  }

  warmUp(): void {
    if (!this.#isClosed && this.#slots.size === 0) this.#startChild();
  }

  submit(jobs: readonly JobSpec[]): void {
    for (const spec of jobs) {
      this.#jobs++;
      const job: PoolJob = {
        spec,
        expectedMs: this.#forecast.expectMs(spec.task),
        isStarted: false,
        abort: null,
      };
      if (spec.work.kind === "script") this.#end(job, scriptRefused(spec, this.name));
      else if (this.#isClosed) this.#end(job, abortedOutcome(spec, "cancelled"));
      else this.#waiting.set(spec.id, job);
    }
    this.#feed();
    this.#planFlush();
  }

  /** Children die with the process that started them: nothing of an earlier one is running. */
  adopt(jobs: readonly JobSpec[]): Promise<readonly string[]> {
    return Promise.resolve(jobs.map((job) => job.id));
  }

  cancel(ids: readonly string[], graceMs: number): void {
    for (const id of ids) {
      const job = this.#waiting.get(id);
      if (job !== undefined) {
        this.#waiting.delete(id);
        this.#end(job, abortedOutcome(job.spec, "cancelled"));
        continue;
      }
      for (const slot of this.#slots) if (slot.abort(id, { cause: "cancelled", graceMs })) break;
    }
    this.#planFlush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endWaiting((job) => abortedOutcome(job.spec, "cancelled"));
    for (const slot of this.#slots) slot.close();
    await Promise.all(this.#exits);
    this.#flush();
  }

  #feed(): void {
    if (this.#isClosed || this.#waiting.size === 0) return;
    this.#deal([...this.#slots].filter((slot) => slot.isHungry));
    const present = this.#slots.size;
    if (present > 0 && this.#failedStarts >= MAX_FAILED_STARTS) return;
    const wanted = Math.min(this.#usefulChildren(), this.#size, present + this.#waiting.size);
    for (let index = present; index < wanted; index++) this.#startChild();
  }

  /** The first child shows what the jobs are like; the others start when one does not end soon, or many keep it busy. */
  #usefulChildren(): number {
    const slots = [...this.#slots];
    if (slots.some((slot) => slot.isHeldUp)) return this.#size;
    return slots.every((slot) => slot.isReady)
      ? this.#load.usefulChildren(Math.max(1, slots.length), performance.now())
      : 0;
  }

  /** Deals jobs out one by one, so that a few of them go to different children, and sends each child its batch. */
  #deal(hungry: readonly Slot[]): void {
    const hands = hungry.map((slot) => ({ slot, jobs: [] as PoolJob[], expectedMs: 0, isFull: false }));
    const waiting = this.#waiting.values();
    let open = hands.length;
    for (let turn = 0; open > 0 && this.#waiting.size > 0; turn++) {
      const hand = hands[turn % hands.length];
      if (hand === undefined || hand.isFull) continue;
      const job = waiting.next().value;
      if (job === undefined) break;
      hand.jobs.push(job);
      hand.expectedMs += job.expectedMs;
      this.#waiting.delete(job.spec.id);
      hand.isFull = !hand.slot.hasRoom(job, { count: hand.jobs.length, expectedMs: hand.expectedMs });
      if (hand.isFull) open--;
    }
    for (const { slot, jobs } of hands) if (jobs.length > 0) slot.give(jobs);
  }

  #startChild(): void {
    try {
      const slot = this.#newSlot();
      this.#slots.add(slot);
      const { exited } = slot.child;
      this.#exits.add(exited);
      void exited.then(() => this.#exits.delete(exited));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const end = { exitCode: null, exitSignal: null, cause, tail: "" };
      setImmediate(() => {
        this.#onFailedStart(startError(this.#options.entry, end), false);
        this.#onSettled();
      });
    }
  }

  #newSlot(): Slot {
    return new Slot(
      {
        ...this.#childOptions(),
        forecast: this.#forecast,
        takesBack: this.#size > 1,
        timeoutGraceMs: this.#options.timeoutGraceMs ?? 2_000,
      },
      {
        ready: () => this.#onReady(),
        imported: (facts) => refusalOf(facts, this.#code),
        loadFailed: (failed, message) => this.#onLoadFailed(failed, message.error),
        started: (job) =>
          this.#events.push({ kind: "started", id: job.spec.id, remoteId: null, atMs: Date.now() }),
        ended: (job, outcome) => this.#onEnded(job, outcome),
        report: (job, message) => this.#onReport(job, message),
        identify: (asking, message) => void this.#onIdentify(asking, message),
        returned: (jobs) => this.#onReturned(jobs),
        exited: (gone, end, running) => this.#onExited(gone, end, running),
        settled: () => this.#onSettled(),
      },
    );
  }

  #childOptions(): ChildOptions {
    const { entry, memoryMiB } = this.#options;
    const execArgv = memoryMiB === undefined ? [] : [`--max-old-space-size=${memoryMiB}`];
    const compiled = process.env["NODE_COMPILE_CACHE"] === undefined ? compileCacheFolder() : null;
    if (compiled === null) return { program: PROGRAM, args: [entry], execArgv, env: process.env };
    const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
    return { program: PROGRAM, args: [entry, compiled], execArgv, env };
  }

  #onReady(): void {
    this.#failedStarts = 0;
    this.#load.restart(performance.now());
  }

  #onEnded(job: PoolJob, outcome: Outcome): void {
    this.#load.ended(outcome.usage.wallMs);
    this.#end(job, outcome);
  }

  #onSettled(): void {
    this.#feed();
    this.#flush();
  }

  #onReport(job: PoolJob, { report }: Extract<ChildMessage, { kind: "report" }>): void {
    this.#events.push({ ...report, id: job.spec.id });
  }

  async #onIdentify(
    slot: Slot,
    { request, file }: Extract<ChildMessage, { kind: "identify" }>,
  ): Promise<void> {
    try {
      const known = await this.#options.files.identify(fromWireFile(file));
      slot.child.send({ kind: "identified", request, file: toWireFile(known) });
    } catch (error) {
      slot.child.send({
        kind: "not-identified",
        request,
        error: toJobError(error, { task: "", mask: (text) => text }),
      });
    }
  }

  /** Jobs that another child shall do come before those that came later. */
  #onReturned(jobs: readonly PoolJob[]): void {
    const kept = jobs.filter((job) => job.abort === null);
    for (const job of jobs) if (job.abort !== null) this.#end(job, abortedOutcome(job.spec, job.abort.cause));
    if (this.#isClosed) for (const job of kept) this.#end(job, abortedOutcome(job.spec, "cancelled"));
    else this.#waiting = new Map([...kept.map((job) => [job.spec.id, job] as const), ...this.#waiting]);
  }

  #onLoadFailed(slot: Slot, error: JobError): void {
    this.#slots.delete(slot);
    slot.child.kill();
    this.#onFailedStart(error, true);
  }

  #onExited(slot: Slot, end: ProcessEnd, running: PoolJob | null): void {
    const wasKnown = this.#slots.delete(slot);
    if (running !== null) this.#end(running, this.#outcomeOfLost(running, end, slot));
    // What comes from outside may not come again.
    if (!slot.isReady && wasKnown) this.#onFailedStart(startError(this.#options.entry, end), isOwnDoing(end));
  }

  /** Without an end to this, jobs would wait for ever for a child that cannot start. */
  #onFailedStart(error: JobError, isCertain: boolean): void {
    this.#failedStarts++;
    const hasOthers = [...this.#slots].some((slot) => slot.isReady);
    if (hasOthers || this.#isClosed || (!isCertain && this.#failedStarts < MAX_FAILED_STARTS)) return;
    this.#failedStarts = 0;
    this.#endWaiting((job) => failedOutcome({ ...error, task: job.spec.task }));
  }

  #outcomeOfLost(job: PoolJob, end: ProcessEnd, { refusal }: Slot): Outcome {
    if (refusal !== null) return failedOutcome({ ...refusal, task: job.spec.task });
    if (job.abort !== null) return abortedOutcome(job.spec, job.abort.cause);
    if (this.#isClosed) return abortedOutcome(job.spec, "cancelled");
    return failedOutcome(lostJobError(job.spec, end, this.#options.memoryMiB ?? null));
  }

  #endWaiting(outcome: (job: PoolJob) => Outcome): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const job of waiting) this.#end(job, outcome(job));
    this.#planFlush();
  }

  #end(job: PoolJob, outcome: Outcome): void {
    this.#jobs--;
    this.#events.push({ kind: "ended", id: job.spec.id, outcome, atMs: Date.now() });
  }

  /** Events of a call from outside are told after it (port: never from within `submit`). */
  #planFlush(): void {
    if (this.#isFlushPlanned || this.#events.length === 0) return;
    this.#isFlushPlanned = true;
    queueMicrotask(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#options.listener(events);
  }
}
