import type { AbortCause, JobError, JobSpec, Outcome } from "@ligase/sdk/internal";
import type { CodeFact } from "../../code/code-in-use.ts";
import { afterMs } from "../deadline.ts";
import type { Forecast } from "./forecast.ts";
import type { FromGuard } from "./lines.ts";
import type { ProcessEnd } from "./lost-child.ts";
import { PoolChild, type ChildOptions } from "./pool-child.ts";
import type { ChildMessage } from "./wire.ts";

/** Expected work that a child is given ahead. */
const AHEAD_MS = 4;
/** Most jobs that a child is given ahead. */
const MAX_AHEAD = 256;
/** A job that shows no end for so long does not hold up the ones behind it: they are taken back. */
const HOLD_UP_MS = 20;

/** A job in the pool. */
export interface PoolJob {
  readonly spec: JobSpec;
  readonly expectedMs: number;
  isStarted: boolean;
  /** Why it was asked to end, and how long it has for it. */
  abort: { readonly cause: AbortCause; readonly graceMs: number } | null;
}

export interface SlotOptions extends ChildOptions {
  readonly forecast: Forecast;
  /** Whether jobs behind a long one can go to another child. */
  readonly takesBack: boolean;
  /** Time that a body has to end after its time-out. */
  readonly timeoutGraceMs: number;
}

/** What a slot tells the pool. */
export interface SlotEvents {
  ready(slot: Slot): void;
  /** What the child has imported; what makes its results those of other code. */
  imported(facts: readonly CodeFact[]): JobError | null;
  loadFailed(slot: Slot, message: Extract<ChildMessage, { kind: "load-failed" }>): void;
  started(job: PoolJob): void;
  ended(job: PoolJob, outcome: Outcome): void;
  report(job: PoolJob, message: Extract<ChildMessage, { kind: "report" }>): void;
  identify(slot: Slot, message: Extract<ChildMessage, { kind: "identify" }>): void;
  /** Jobs that the child did not begin. */
  returned(jobs: readonly PoolJob[]): void;
  /** The child died; `running` is the job that it had begun, if any. */
  exited(slot: Slot, end: ProcessEnd, running: PoolJob | null): void;
  /** All that came in one piece was told. */
  settled(): void;
}

/** What will be done to a job. */
interface Deadline {
  readonly seq: number;
  stop(): void;
}

/**
 * A child with the jobs it was given. The first of them is the one that runs: the child takes them in order. A job
 * leaves the slot in exactly one way: ended, taken back by the guard, or with the death of the child.
 */
export class Slot {
  readonly child: PoolChild;
  readonly #events: SlotEvents;
  readonly #options: SlotOptions;
  readonly #jobs = new Map<number, PoolJob>();
  readonly #revoking = new Set<number>();
  #nextSeq = 0;
  /** Jobs that ended here. */
  #ended = 0;
  #aheadMs = 0;
  #isReady = false;
  #isHeldUp = false;
  #isLeaving = false;
  #refusal: JobError | null = null;
  readonly #holdUpTimer: NodeJS.Timeout;
  #timeout: Deadline | null = null;
  #kill: Deadline | null = null;

  constructor(options: SlotOptions, events: SlotEvents) {
    this.#events = events;
    this.#options = options;
    this.#holdUpTimer = setTimeout(() => this.#onHoldUpTimer(), HOLD_UP_MS).unref();
    this.child = new PoolChild(options, {
      messages: (messages) => this.#onMessages(messages),
      guard: (messages) => this.#onGuard(messages),
      exited: (end) => this.#onExit(end),
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Why nothing is believed that the child says: it has other code. */
  get refusal(): JobError | null {
    return this.#refusal;
  }

  /** A job runs that has shown no end for a while. */
  get isHeldUp(): boolean {
    return this.#isHeldUp;
  }

  /** True when it is time to hand it more: below half of what it may have, so that jobs go in batches. */
  get isHungry(): boolean {
    if (!this.#isReady || this.#isHeldUp || this.#isLeaving || this.#refusal !== null) return false;
    return this.#jobs.size === 0 || (this.#aheadMs < AHEAD_MS / 2 && this.#jobs.size < MAX_AHEAD / 2);
  }

  /** Whether the job may be added to a batch that already holds `batch` jobs of `batchMs`. */
  hasRoom(job: PoolJob, batch: { readonly count: number; readonly expectedMs: number }): boolean {
    if (this.#jobs.size + batch.count === 0) return true;
    return (
      this.#jobs.size + batch.count < MAX_AHEAD &&
      this.#aheadMs + batch.expectedMs + job.expectedMs <= AHEAD_MS
    );
  }

  give(jobs: readonly PoolJob[]): void {
    const first = this.#nextSeq;
    const wasIdle = this.#jobs.size === 0;
    for (const job of jobs) {
      this.#jobs.set(this.#nextSeq, job);
      this.#nextSeq = (this.#nextSeq + 1) | 0;
      this.#aheadMs += job.expectedMs;
    }
    this.child.send({ kind: "jobs", first, jobs: jobs.map((job) => job.spec) });
    if (wasIdle) this.#onHead();
  }

  /** Ends the child: one that is idle by itself, another at once, with the job it runs. */
  close(): void {
    if (this.#isReady && this.#jobs.size === 0) this.child.leave();
    else this.child.kill();
  }

  /** Asks a job of this slot to end; false when it is not here. */
  abort(id: string, abort: NonNullable<PoolJob["abort"]>): boolean {
    for (const [seq, job] of this.#jobs) {
      if (job.spec.id !== id) continue;
      // Only the guard knows whether it runs: see `#onKept`.
      job.abort ??= abort;
      this.#revoke([seq]);
      return true;
    }
    return false;
  }

  #onMessages(messages: readonly ChildMessage[]): void {
    for (const message of messages) this.#onMessage(message);
    this.#events.settled();
  }

  #onMessage(message: ChildMessage): void {
    if (this.#refusal !== null) return;
    switch (message.kind) {
      case "ended":
        this.#onEnded(message);
        return;
      case "ready":
        this.#isReady = true;
        this.#events.ready(this);
        return;
      case "imported":
        this.#onImported(message.facts);
        return;
      case "load-failed":
        this.#events.loadFailed(this, message);
        return;
      case "leaving":
        this.#isLeaving = true;
        return;
      case "report": {
        const job = this.#jobs.get(message.seq);
        if (job === undefined) return;
        this.#start(message.seq, job);
        this.#events.report(job, message);
        return;
      }
      case "identify":
        this.#events.identify(this, message);
        return;
      case "group":
        this.child.noteGroup(message.group, message.isAlive);
        return;
    }
  }

  /** C22: other code than the engine's computes nothing; the job that imported it ends with the child. */
  #onImported(facts: readonly CodeFact[]): void {
    this.#refusal = this.#events.imported(facts);
    if (this.#refusal === null) return;
    if (this.#isReady) this.child.kill();
    else this.#events.loadFailed(this, { kind: "load-failed", error: this.#refusal });
  }

  #onEnded(message: Extract<ChildMessage, { kind: "ended" }>): void {
    const job = this.#jobs.get(message.seq);
    if (job === undefined) return;
    this.#start(message.seq, job);
    this.#remove(message.seq, job);
    this.#isHeldUp = false;
    this.#ended++;
    this.#options.forecast.learn(job.spec.task, message.outcome.usage.wallMs);
    this.#events.ended(job, message.outcome);
    this.#onHead();
  }

  /** The first job in line is the one that runs, unless it is just being taken back. */
  #onHead(): void {
    const head = this.#jobs.entries().next().value;
    if (head === undefined) return;
    const [seq, job] = head;
    this.#holdUpTimer.refresh();
    if (!this.#revoking.has(seq)) this.#start(seq, job);
  }

  #start(seq: number, job: PoolJob): void {
    if (!job.isStarted) this.#events.started(job);
    job.isStarted = true;
    const { timeoutMs } = job.spec;
    if (timeoutMs === null || this.#timeout?.seq === seq) return;
    this.#timeout = { seq, stop: afterMs(timeoutMs, () => this.#onTimeout(seq, job)) };
  }

  #onTimeout(seq: number, job: PoolJob): void {
    if (this.#jobs.get(seq) !== job) return;
    job.abort ??= { cause: "timed-out", graceMs: this.#options.timeoutGraceMs };
    this.#abortRunning(seq, job.abort);
  }

  #abortRunning(seq: number, abort: NonNullable<PoolJob["abort"]>): void {
    this.child.send({ kind: "abort", seq, ...abort });
    this.#killLater(seq, abort.graceMs);
  }

  /** A body that computes cannot hear the abort: then its process ends, and with it only this job (see `#onExit`). */
  #killLater(seq: number, graceMs: number): void {
    if (this.#kill?.seq === seq) return;
    this.#kill?.stop();
    this.#kill = { seq, stop: afterMs(graceMs, () => this.#killFor(seq)) };
  }

  #killFor(seq: number): void {
    if (this.#jobs.has(seq)) this.child.kill();
  }

  /** The engine may have been busy itself: what the child has written meanwhile is read first. */
  #onHoldUpTimer(): void {
    const ended = this.#ended;
    setImmediate(() => {
      if (this.#isReady && this.#ended === ended && this.#jobs.size > 0) this.#onHoldUp();
    });
  }

  #onHoldUp(): void {
    this.#isHeldUp = true;
    if (this.#options.takesBack) this.#revoke([...this.#jobs.keys()].slice(1));
    this.#events.settled();
  }

  #revoke(seqs: readonly number[]): void {
    const fresh = seqs.filter((seq) => !this.#revoking.has(seq));
    if (fresh.length === 0) return;
    for (const seq of fresh) this.#revoking.add(seq);
    this.child.revoke(fresh);
  }

  #onGuard(messages: readonly FromGuard[]): void {
    for (const { revoked, kept } of messages) {
      for (const seq of [...revoked, ...kept]) this.#revoking.delete(seq);
      const returned = revoked.flatMap((seq) => {
        const job = this.#jobs.get(seq);
        if (job !== undefined) this.#remove(seq, job);
        return job ?? [];
      });
      if (returned.length > 0) this.#events.returned(returned);
      for (const seq of kept) this.#onKept(seq);
    }
    this.#events.settled();
  }

  /** The child had begun the job (or has ended it by now): what was asked of it goes to its body. */
  #onKept(seq: number): void {
    const job = this.#jobs.get(seq);
    if (job === undefined) return;
    this.#onHead();
    if (job.abort !== null) this.#abortRunning(seq, job.abort);
  }

  #remove(seq: number, job: PoolJob): void {
    this.#jobs.delete(seq);
    if (this.#timeout?.seq === seq) this.#timeout.stop();
    if (this.#kill?.seq === seq) {
      this.#kill.stop();
      this.#kill = null;
    }
    this.#aheadMs = this.#jobs.size === 0 ? 0 : this.#aheadMs - job.expectedMs;
  }

  #onExit(end: ProcessEnd): void {
    clearTimeout(this.#holdUpTimer);
    this.#timeout?.stop();
    this.#kill?.stop();
    const [first, ...others] = [...this.#jobs.values()];
    this.#jobs.clear();
    const running = this.#isLeaving ? undefined : first;
    this.#events.exited(this, end, running ?? null);
    this.#events.returned(running === undefined && first !== undefined ? [first, ...others] : others);
    this.#events.settled();
  }
}
