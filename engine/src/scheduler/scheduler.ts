import { isLigaseError } from "@ligase/sdk";
import { mentionsFiles, type Dir, type File, type JobError, type JobSpec, type Outcome } from "@ligase/sdk/internal";
import type { RunEnd, RunEvent } from "../model/progress.ts";
import type { Clock } from "../ports/clock.ts";
import type { Executor, ExecutorEvent, ExecutorListener } from "../ports/executor.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { Store } from "../ports/store.ts";
import { ActiveRun } from "./active-run.ts";
import { Admission, type Machine } from "./admission.ts";
import { attemptFolder, keepFiles, publishOutputs, specFor, type AttemptPlace } from "./attempt.ts";
import type { Job } from "./job.ts";
import { toJobErrorData } from "./failure.ts";
import { stronger } from "./placement.ts";
import { retryDelay } from "./retry.ts";
import type { RunContext } from "./run-context.ts";
import { RunState } from "./run-state.ts";

/*
 * The loop. Its invariants:
 * S1 Everything happens in a turn; nothing in a turn awaits. What takes time comes back as a message to the inbox.
 * S2 A turn handles what came in, reduces, submits, writes one transaction, and ends. A slice bounds it (R6).
 * S3 A job holds its admission from the submission of an attempt until that attempt's outcome is handled (R7).
 * S4 A run ends only when none of its jobs runs: what is finished is recorded (R5).
 * S5 Every change of a run is written under its lease (R11).
 */

const GRACE_MS = 10_000;
/** Records and milliseconds that gather at the most before they are written. */
const GROUP = 2_000;
const GATHER_MS = 20;

export interface SchedulerOptions {
  readonly store: Store;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly machine: Machine;
  readonly limits: Readonly<Record<string, number>>;
  readonly place: Omit<AttemptPlace, "runId">;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

export interface StartOptions {
  readonly onFailure: "stop" | "finish";
  readonly dryRun: boolean;
  readonly emit: (event: RunEvent) => void;
  readonly ended: (end: RunEnd) => void;
  /** Called when only gates and timers are left, and when that is over. */
  readonly waits: (isWaiting: boolean) => void;
}

interface Submitted {
  readonly job: Job;
  readonly state: RunState;
  readonly spec: JobSpec;
  startedAt: number | null;
  remoteId: string | null;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #executors = new Map<string, Executor>();
  readonly #admission: Admission;
  readonly #runs = new Set<RunState>();
  readonly #stateOf = new Map<Job, RunState>();
  readonly #submitted = new Map<string, Submitted>();
  #inbox: (() => void)[] = [];
  #isTurning = false;
  #gatheringSince: number | null = null;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#admission = new Admission({ machine: options.machine, limits: options.limits, executors: this.#executors });
  }

  /** What executors tell; hand it to each when it is made. */
  readonly listener: ExecutorListener = (events) => this.post(() => events.forEach((event) => this.#onEvent(event)));

  use(executor: Executor): void {
    this.#executors.set(executor.name, executor);
  }

  /** Does something in a turn. */
  post(message: () => void): void {
    this.#inbox.push(message);
    this.#wake();
  }

  /** Begins to advance a run; the context is completed with what only the scheduler can do. */
  start(context: Omit<RunContext, SchedulerPart>, options: StartOptions): RunState {
    const state = new RunState({
      ...options,
      startedAt: context.clock.now(),
      makeRun: (made) => new ActiveRun({ ...context, ...this.#contextPart(made), emit: options.emit }),
    });
    this.#runs.add(state);
    this.#wake();
    return state;
  }

  #contextPart(state: RunState): Pick<RunContext, Exclude<SchedulerPart, "emit">> {
    return {
      submit: (job) => this.#enqueue(state, job),
      durably: (write) => this.#commitDurably(state, write),
      strengthen: (job, request) => this.#strengthen(job, request.placement),
      later: (promise, then, failed) => this.#later(state, promise, then, failed),
      delay: (delayMs, then) => this.#delay(state, delayMs, then),
      errorOf: toJobErrorData,
      observed: (files) => this.#observed(state, files),
    };
  }

  #observed(state: RunState, files: readonly (File | Dir)[]): number | null {
    const outside = files.filter((file) => !this.#options.files.owns(file));
    return state.run.context.fileSets.of(outside);
  }

  #later<T>(state: RunState, promise: Promise<T>, then: (value: T) => void, failed: (error: unknown) => void): void {
    state.pending++;
    const back = (message: () => void): void =>
      this.post(() => {
        state.pending--;
        message();
      });
    promise.then(
      (value) => back(() => then(value)),
      (error: unknown) => back(() => failed(error)),
    );
  }

  #delay(state: RunState, delayMs: number, then: () => void): () => void {
    state.timers++;
    let isOver = false;
    const over = (): void => {
      if (!isOver) state.timers--;
      isOver = true;
    };
    const takeBack = this.#options.clock.at(this.#options.clock.now() + delayMs, () =>
      this.post(() => {
        if (isOver) return;
        over();
        then();
      }),
    );
    return () => {
      over();
      takeBack();
    };
  }

  #wake(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    try {
      this.#turnOnce();
    } catch (error) {
      // A store that cannot be written ends the runs; anything else is a fault of ours and must be seen.
      if (!isLigaseError(error)) throw error;
      for (const state of [...this.#runs]) this.#stop(state, error);
      this.#isTurning = false;
    }
  }

  #turnOnce(): void {
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const message of inbox) message();
    let more = false;
    for (const state of this.#runs) if (state.mode !== "over") more = state.run.advance() || more;
    this.#submit();
    this.#commit();
    for (const state of [...this.#runs]) if (!more) this.#consider(state);
    this.#isTurning = false;
    if (more || this.#inbox.length > 0) this.#wake();
  }

  #enqueue(state: RunState, job: Job): void {
    if (state.dryRun) {
      state.wouldRun.push(job);
      return;
    }
    if (state.mode !== "running") return;
    this.#stateOf.set(job, state);
    state.queued++;
    this.#admission.enqueue(job);
  }

  #strengthen(job: Job, placement: Job["placement"] | undefined): void {
    const wanted = stronger(job.placement, { ...job.entry.definition.options, ...placement });
    if (wanted === job.placement) return;
    if (this.#admission.withdraw(job)) {
      job.placement = wanted;
      this.#admission.enqueue(job);
    } else job.stronger = wanted;
  }

  #submit(): void {
    if (this.#admission.isEmpty) return;
    for (const [executor, jobs] of this.#admission.admit()) {
      const specs = jobs.map((job) => this.#startAttempt(job)).filter((spec) => spec !== null);
      if (specs.length > 0) executor.submit(specs);
    }
  }

  #startAttempt(job: Job): JobSpec | null {
    const state = this.#stateOf.get(job) as RunState;
    job.attempt++;
    state.queued--;
    state.running.add(job);
    try {
      const spec = specFor(job, this.#admission.grantOf(job), { ...this.#options.place, runId: state.run.context.runId });
      this.#submitted.set(spec.id, { job, state, spec, startedAt: null, remoteId: null });
      return spec;
    } catch (error) {
      this.#leave(job, state);
      state.run.fail(job, toJobErrorData(error, job.entry.definition.name));
      return null;
    }
  }

  #leave(job: Job, state: RunState): void {
    this.#admission.release(job);
    state.running.delete(job);
  }

  #onEvent(event: ExecutorEvent): void {
    const submitted = this.#submitted.get(event.id);
    if (submitted === undefined) return;
    const { job, state } = submitted;
    switch (event.kind) {
      case "started":
        submitted.startedAt = event.atMs;
        submitted.remoteId = event.remoteId;
        this.#started(submitted, event.atMs);
        return;
      case "progress":
        state.emit({ kind: "job-progress", job: job.number, task: job.entry.definition.name, fraction: event.fraction, message: event.message });
        return;
      case "checkpoint":
        job.checkpoint = event.text;
        return;
      case "ended":
        this.#submitted.delete(event.id);
        this.#ended(submitted, event.outcome, event.atMs);
    }
  }

  #started({ job, state, spec }: Submitted, at: number): void {
    if (job.status === "queued") {
      job.status = "running";
      job.startedAt = at;
      state.run.counts.moved(job.entry.definition.name, "pending", "running");
    }
    if (spec.work.kind === "script") state.run.recorder.running(job);
    state.emit({ kind: "job-started", job: job.number, task: job.entry.definition.name, folder: spec.folder });
  }

  #ended(submitted: Submitted, outcome: Outcome, at: number): void {
    const { job, state, spec } = submitted;
    if (job.startedAt === null) this.#started(submitted, at);
    this.#recordAttempt(submitted, outcome, at);
    if (!leavesFiles(spec, outcome)) {
      this.#leave(job, state);
      return this.#settleAttempt(submitted, outcome);
    }
    // The job runs until its files are safe.
    this.#later(state, this.#keep(submitted, outcome), (kept) => {
      this.#leave(job, state);
      this.#settleAttempt(submitted, kept);
    }, (error) => {
      this.#leave(job, state);
      this.#settleAttempt(submitted, { ...outcome, ok: false, error: toJobErrorData(error, job.entry.definition.name) });
    });
  }

  async #keep({ job, state, spec }: Submitted, outcome: Outcome): Promise<Outcome> {
    const { files } = this.#options;
    for (const deck of outcome.decks) {
      const kept = await files.adopt(deck.path, "file", `${deck.name}.html`);
      state.run.recorder.deck({ runId: state.run.context.runId, job: job.number, name: deck.name, mediaType: deck.mediaType, uri: kept.uri });
    }
    if (!outcome.ok) return outcome;
    const { work } = spec;
    const result =
      work.kind === "script"
        ? await publishOutputs(outcome.result, work.script.publish, files)
        : await keepFiles(outcome.result, spec.folder, files);
    return { ...outcome, result };
  }

  #settleAttempt({ job, state }: Submitted, outcome: Outcome): void {
    if (outcome.ok) {
      this.#stateOf.delete(job);
      return state.run.succeed(job, outcome.result);
    }
    job.failures.push(outcome.error);
    const delayMs = state.mode === "running" ? this.#nextAttempt(job, outcome.error) : null;
    if (delayMs === null) {
      this.#stateOf.delete(job);
      return state.run.fail(job, outcome.error);
    }
    state.emit({ kind: "job-retried", job: job.number, task: job.entry.definition.name, attempt: job.attempt + 1, error: outcome.error });
    this.#delay(state, delayMs, () => (state.mode === "running" ? this.#enqueue(state, job) : state.run.fail(job, outcome.error)));
  }

  #nextAttempt(job: Job, error: JobError): number | null {
    if (job.stronger !== null && error.kind === "resource") {
      // C7: a stronger equal call arrived meanwhile; its resources get one try of their own.
      job.placement = job.stronger;
      job.stronger = null;
      return 0;
    }
    return retryDelay(job.placement, job.failures, this.#options.random());
  }

  /** Function jobs that succeed at once are told by their job's row alone. */
  #recordAttempt({ job, state, spec, startedAt, remoteId }: Submitted, outcome: Outcome, at: number): void {
    if (outcome.ok && spec.work.kind === "function" && job.attempt === 1 && outcome.usage.exitCode === undefined) return;
    state.run.recorder.attempt({
      runId: state.run.context.runId,
      job: job.number,
      number: job.attempt,
      status: outcome.ok ? "succeeded" : outcome.error.kind === "cancelled" ? "cancelled" : outcome.error.kind === "infrastructure" ? "lost" : "failed",
      executor: job.executor ?? "",
      remoteId,
      startedAt,
      endedAt: at,
      folder: attemptFolder({ ...this.#options.place, runId: state.run.context.runId }, job),
      failureKind: outcome.ok ? null : outcome.error.kind,
      usage: outcome.usage,
    });
  }

  /** One transaction for what a few turns found out (C17): nothing waits for it, and a commit costs as much as ten jobs. */
  #commit(): void {
    const states = [...this.#runs].filter((state) => !state.run.recorder.isEmpty && !state.dryRun);
    if (states.length === 0) return;
    const now = this.#options.clock.now();
    this.#gatheringSince ??= now;
    const isFull = states.some((state) => state.run.recorder.size >= GROUP);
    if (isFull || now - this.#gatheringSince >= GATHER_MS) this.#commitNow(states);
    else this.#options.clock.at(now + GATHER_MS, () => this.#wake());
  }

  #commitNow(states: readonly RunState[]): void {
    this.#gatheringSince = null;
    try {
      this.#options.store.commit("computed", () => {
        for (const state of states) state.run.recorder.write();
      });
      for (const state of states) state.run.committed();
    } catch (error) {
      for (const state of states) this.#stop(state, error);
    }
  }

  #commitDurably(state: RunState, write: () => void): void {
    const { recorder } = state.run;
    this.#options.store.commit("durable", () => {
      if (!state.dryRun) recorder.write();
      write();
    });
    state.run.committed();
  }

  /** Starts nothing more of a run. */
  #stopStarting(state: RunState): void {
    for (const [job, owner] of this.#stateOf) {
      if (owner === state && this.#admission.withdraw(job)) state.queued--;
    }
  }

  interrupt(state: RunState): void {
    this.post(() => {
      if (state.mode !== "running") return;
      state.mode = "draining";
      this.#stopStarting(state);
    });
  }

  cancel(state: RunState): void {
    this.post(() => {
      if (state.mode === "over" || state.mode === "cancelling") return;
      state.mode = "cancelling";
      this.#stopStarting(state);
      for (const [id, { state: owner, job }] of this.#submitted) {
        if (owner === state) this.#executors.get(job.executor ?? "")?.cancel([id], GRACE_MS);
      }
    });
  }

  /** Looks whether a run is over, waits, or hangs. */
  #consider(state: RunState): void {
    const { run } = state;
    if (state.mode === "over") return;
    if (run.doomed !== null && state.onFailure === "stop" && state.mode === "running") {
      state.mode = "failing";
      this.#stopStarting(state);
    }
    if (state.running.size > 0 || state.pending > 0 || run.isChecking) return;
    const { result } = run.reducer;
    if (state.mode === "cancelling") return this.#end(state, { status: "cancelled", value: null, error: null });
    if (!this.#isOnDisk(state)) return;
    if (result !== null && "error" in result) return this.#end(state, { status: "failed", value: null, error: result.error });
    if (result !== null) return this.#end(state, { status: "succeeded", value: result.value, error: null });
    if (state.mode === "failing") return this.#end(state, { status: "failed", value: null, error: run.doomed });
    if (state.mode === "draining") return this.#end(state, { status: run.gates.isEmpty ? "cancelled" : "waiting", value: null, error: null });
    if (state.queued > 0 || state.timers > 0 || !run.gates.isEmpty) return state.waits(state.queued === 0 && !run.gates.isEmpty);
    if (state.dryRun) return this.#end(state, { status: "cancelled", value: state.report(), error: null });
    if (run.reducer.failCycles()) return this.#wake();
    throw new Error(`The run ${run.context.runId} waits for nothing.`);
  }

  /** C18: a run is not over before the bytes of its files are on the disk. */
  #isOnDisk(state: RunState): boolean {
    if (state.isFlushed || state.run.reducer.result === null) return true;
    state.isFlushed = true;
    this.#later(state, this.#options.files.flush(), () => undefined, (error) => this.#stop(state, error));
    return false;
  }

  #end(state: RunState, end: RunEnd): void {
    if (!state.run.recorder.isEmpty && !state.dryRun) this.#commitNow([state]);
    this.#leaveRun(state, end);
  }

  /** What cannot be recorded must not go on: the run stops here and can be resumed. */
  #stop(state: RunState, error: unknown): void {
    for (const [id, { state: owner, job }] of this.#submitted) {
      if (owner === state) this.#executors.get(job.executor ?? "")?.cancel([id], 0);
    }
    this.#leaveRun(state, { status: "failed", value: null, error: toJobErrorData(error, state.run.context.runId) });
  }

  #leaveRun(state: RunState, end: RunEnd): void {
    if (state.mode === "over") return;
    state.mode = "over";
    this.#runs.delete(state);
    for (const [job, owner] of this.#stateOf) if (owner === state) this.#stateOf.delete(job);
    state.end(end);
  }

  async close(): Promise<void> {
    for (const executor of this.#executors.values()) await executor.close();
  }
}

/** Whether there are decks, published outputs or files of a function to be brought to safety. */
function leavesFiles({ work }: JobSpec, outcome: Outcome): boolean {
  if (outcome.decks.length > 0) return true;
  if (!outcome.ok || outcome.result.kind !== "value") return false;
  return work.kind === "script" ? Object.keys(work.script.publish).length > 0 : mentionsFiles(outcome.result.text);
}

/** What of a run's context the scheduler provides. */
export type SchedulerPart = "submit" | "durably" | "strengthen" | "later" | "delay" | "emit" | "errorOf" | "observed";
