import { isLigaseError, type LigaseError } from "@ligase/sdk";
import type { Dir, File } from "@ligase/sdk/internal";
import type { RunEnd } from "../model/progress.ts";
import type { Clock } from "../ports/clock.ts";
import type { Executor, ExecutorListener } from "../ports/executor.ts";
import type { Durability, Store } from "../ports/store.ts";
import { ActiveRun } from "./active-run.ts";
import { Attempts, type AttemptsOptions } from "./attempts.ts";
import { toJobErrorData } from "./failure.ts";
import type { RunContext } from "./run-context.ts";
import { RunState, type RunListener } from "./run-state.ts";

/*
 * The loop. Its invariants:
 * S1 Everything happens in a turn; nothing in a turn awaits. What takes time comes back as a message to the inbox.
 * S2 A turn handles what came in, reduces, submits, writes one transaction, and ends. A slice bounds it (R6).
 * S3 A job holds its admission from the submission of an attempt until that attempt's outcome is handled (R7).
 * S4 A run ends only when none of its jobs runs: what is finished is recorded (R5).
 * S5 Every change of a run is written under its lease (R11).
 * S6 What must be on the disk before it is used is written at the end of the turn, all of it in one durable transaction
 *    with what was gathered; what follows from it comes in a later turn (C18).
 */

const GRACE_MS = 10_000;
/** Records and milliseconds that gather at the most before they are written. */
const GROUP = 2_000;
const GATHER_MS = 20;

export interface SchedulerOptions extends Omit<AttemptsOptions, "post" | "later" | "delay"> {
  readonly store: Store;
  readonly clock: Clock;
}

export interface StartOptions {
  /** By name, as the tasks of the run name them. */
  readonly executors: ReadonlyMap<string, Executor>;
  readonly onFailure: "stop" | "finish";
  readonly dryRun: boolean;
  readonly tell: RunListener;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #attempts: Attempts;
  readonly #runs = new Set<RunState>();
  #inbox: (() => void)[] = [];
  #isTurning = false;
  #gatheringSince: number | null = null;
  #durable: DurableWrite[] = [];

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#attempts = new Attempts({
      ...options,
      post: (message) => this.post(message),
      later: (state, promise, then, failed) => this.#later(state, promise, then, failed),
      delay: (state, delayMs, then) => this.#delay(state, delayMs, then),
    });
  }

  /** What executors tell; hand it to each when it is made. */
  readonly listener: ExecutorListener = (events) =>
    this.post(() => events.forEach((event) => this.#attempts.onEvent(event)));

  /** Does something in a turn. */
  post(message: () => void): void {
    this.#inbox.push(message);
    this.#wake();
  }

  /** Whether jobs of a run that is over have not ended yet. */
  isEnding(runId: string): boolean {
    return this.#attempts.isEnding(runId);
  }

  /** Begins to advance a run; the context is completed with what only the scheduler can do. */
  start(context: Omit<RunContext, SchedulerPart>, options: StartOptions): RunState {
    const state = new RunState({
      ...options,
      startedAt: context.clock.now(),
      makeRun: (made) =>
        new ActiveRun({ ...context, ...this.#contextPart(made), emit: (event) => options.tell.emit(event) }),
    });
    this.#runs.add(state);
    this.#wake();
    return state;
  }

  #contextPart(state: RunState): Pick<RunContext, Exclude<SchedulerPart, "emit">> {
    return {
      submit: (job) => this.#attempts.enqueue(state, job),
      durably: (write, then) => {
        state.pending++;
        this.#durable.push({ state, write, then });
      },
      strengthen: (job, request) => this.#attempts.strengthen(job, request.placement),
      // What comes back to a run that is over comes too late.
      later: (promise, then, failed) =>
        this.#later(
          state,
          promise,
          (value) => state.mode !== "over" && then(value),
          (error) => state.mode !== "over" && failed(error),
        ),
      delay: (delayMs, then) => this.#delay(state, delayMs, then),
      errorOf: toJobErrorData,
      observed: (files) => this.#observed(state, files),
      freed: (keys) => this.#options.claims.freed(keys),
    };
  }

  #observed(state: RunState, files: readonly (File | Dir)[]): number | null {
    const outside = files.filter((file) => !this.#options.files.owns(file));
    return state.run.context.fileSets.of(outside);
  }

  #later<T>(
    state: RunState,
    promise: Promise<T>,
    then: (value: T) => void,
    failed: (error: unknown) => void,
  ): void {
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
    const takeBack = (): void => {
      state.timers.delete(takeBack);
      cancel();
    };
    const over = (): void => {
      // It may have been taken back after it was due and before its turn.
      if (state.timers.delete(takeBack)) then();
    };
    const { clock } = this.#options;
    const cancel = clock.at(clock.now() + delayMs, () => this.post(over));
    state.timers.add(takeBack);
    return takeBack;
  }

  #wake(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#options.clock.soon(() => this.#turn());
  }

  #turn(): void {
    try {
      this.#turnOnce();
    } catch (error) {
      // A store that cannot be written ends the runs; anything else is a fault of ours and must be seen.
      if (!isLigaseError(error)) throw error;
      for (const state of this.#current()) this.#stop(state, error);
      this.#isTurning = false;
      if (this.#inbox.length > 0) this.#wake();
    }
  }

  #handleInbox(): void {
    const inbox = this.#inbox;
    this.#inbox = [];
    let next = 0;
    try {
      while (next < inbox.length) inbox[next++]?.();
    } catch (error) {
      // One that fails takes none of the others with it: what a job held is given back by its message alone.
      this.#inbox = [...inbox.slice(next), ...this.#inbox];
      throw error;
    }
  }

  #turnOnce(): void {
    this.#handleInbox();
    let more = false;
    for (const state of this.#runs)
      if (state.mode !== "over") more = this.#guarded(state, () => state.run.advance()) || more;
    this.#attempts.submit();
    if (this.#durable.length > 0) this.#commitDurably();
    else this.#commit();
    if (!more) for (const state of this.#current()) this.#guarded(state, () => this.#consider(state));
    this.#isTurning = false;
    if (more || this.#inbox.length > 0) this.#wake();
  }

  /** A fault while a run is advanced ends that run, and is told as its error. */
  #guarded(state: RunState, work: () => boolean): boolean {
    try {
      return work();
    } catch (error) {
      this.#stop(state, error);
      return false;
    }
  }

  /** One transaction for what a few turns found out (C17): nothing waits for it, and a commit costs as much as ten jobs. */
  #commit(): void {
    const states = this.#unwritten();
    if (states.length === 0) return;
    const now = this.#options.clock.now();
    const isFull = states.some((state) => state.run.recorder.size >= GROUP);
    if (isFull || (this.#gatheringSince !== null && now - this.#gatheringSince >= GATHER_MS))
      return this.#write("computed", states, []);
    this.#gather(now);
  }

  #gather(now: number): void {
    if (this.#gatheringSince !== null) return;
    this.#gatheringSince = now;
    this.#options.clock.at(now + GATHER_MS, () => this.#wake());
  }

  #unwritten(): readonly RunState[] {
    return [...this.#runs].filter((state) => !state.run.recorder.isEmpty && !state.dryRun);
  }

  #commitDurably(): void {
    const writes = this.#durable;
    this.#durable = [];
    const states = new Set([...this.#unwritten(), ...writes.map(({ state }) => state)]);
    this.#write("durable", [...states], writes);
    for (const { state, then } of writes) {
      this.#inbox.push(() => {
        state.pending--;
        if (state.mode !== "over") then();
      });
    }
  }

  /** S5: each run only under its lease, which is looked at in the same transaction (C19). */
  #write(durability: Durability, states: readonly RunState[], writes: readonly DurableWrite[]): void {
    this.#gatheringSince = null;
    const lost = new Map<RunState, LigaseError>();
    try {
      this.#options.store.commit(durability, () => {
        for (const state of states) {
          const barred = state.run.context.barred();
          if (barred !== null) lost.set(state, barred);
          else if (!state.dryRun) state.run.recorder.write();
        }
        for (const { state, write } of writes) if (!lost.has(state)) write();
      });
    } catch (error) {
      for (const state of states) this.#stop(state, error);
      return;
    }
    for (const state of states) {
      const barred = lost.get(state);
      if (barred === undefined) state.run.committed();
      else this.#stop(state, barred);
    }
  }

  interrupt(state: RunState): void {
    this.post(() => {
      if (state.mode !== "running" || state.isEnding) return;
      state.mode = "draining";
      this.#attempts.stopStarting(state);
    });
  }

  /** Lets a run leave memory if nothing is left of it but gates at the end of the turn (R10); otherwise it stays. */
  park(state: RunState): void {
    this.post(() => {
      state.isToLeave = true;
    });
  }

  cancel(state: RunState): void {
    this.post(() => {
      if (state.mode === "over" || state.mode === "cancelling" || state.isEnding) return;
      state.mode = "cancelling";
      this.#attempts.stopStarting(state);
      this.#attempts.cancel(state, GRACE_MS);
    });
  }

  /** The runs of this moment: what a run's end calls may start or end others. */
  #current(): readonly RunState[] {
    return [...this.#runs];
  }

  /** Looks whether a run is over, waits, or hangs. */
  #consider(state: RunState): boolean {
    if (state.mode === "over" || state.isEnding) return false;
    const { run } = state;
    this.#heedFailure(state);
    if (state.running.size > 0) this.#waits(state, false);
    else if (state.pending === 0 && !run.isChecking && (state.mode === "cancelling" || this.#isOnDisk(state)))
      this.#conclude(state);
    return false;
  }

  /** Of a run nothing runs any more, and nothing is under way. */
  #conclude(state: RunState): void {
    const { run } = state;
    const end = endOf(state);
    if (end !== null) this.#end(state, end);
    else if (state.isToGoOn) this.#wait(state);
    else if (state.dryRun) this.#end(state, { status: "cancelled", value: state.report(), error: null });
    else if (run.reducer.failCycles()) this.post(() => undefined);
    else throw new Error(`The run ${run.context.runId} waits for nothing.`);
  }

  #wait(state: RunState): void {
    this.#waits(state, state.queued === 0 && state.held === 0 && !state.run.gates.isEmpty);
    const leaves = state.isToLeave && state.hasOnlyGates && state.mode === "running";
    state.isToLeave = false;
    if (leaves) this.#end(state, { status: "waiting", value: null, error: null });
  }

  /** One that waits says so at once; what goes on does not wait until that is written. */
  #waits(state: RunState, isWaiting: boolean): void {
    const now = this.#options.clock.now();
    if (!state.waits(isWaiting, now) || state.dryRun) return;
    if (isWaiting) this.#write("computed", [state], []);
    else this.#gather(now);
  }

  #heedFailure(state: RunState): void {
    if (state.run.doomed === null || state.onFailure !== "stop" || state.mode !== "running") return;
    state.mode = "failing";
    this.#attempts.stopStarting(state);
  }

  /** C18: a run is not over before the bytes of its files and of its large values are on the disk. */
  #isOnDisk(state: RunState): boolean {
    const { context, reducer } = state.run;
    const { result } = reducer;
    if (state.isFlushed || result === null) return true;
    state.isFlushed = true;
    if (!state.run.recorder.isEmpty && !state.dryRun) this.#write("computed", [state], []);
    if ("value" in result) state.tell.keep(result.value);
    this.#later(
      state,
      context.files.flush(),
      () => undefined,
      (error) => this.#stop(state, error),
    );
    return false;
  }

  #end(state: RunState, end: RunEnd): void {
    state.isEnding = true;
    if (end.status === "waiting") state.run.leave();
    state.pending++;
    const then = (): void => {
      this.#leaveRun(state);
      state.tell.ended(end);
    };
    this.#durable.push({ state, write: () => state.tell.record(end), then });
    this.#inbox.push(() => undefined);
  }

  /** What cannot be recorded must not go on: the run stops here and can be resumed. */
  #stop(state: RunState, error: unknown): void {
    if (state.mode === "over") return;
    this.#attempts.cancel(state, 0);
    this.#leaveRun(state);
    state.tell.stopped({
      status: "failed",
      value: null,
      error: toJobErrorData(error, state.run.context.runId),
    });
  }

  #leaveRun(state: RunState): void {
    if (state.mode === "over") return;
    state.mode = "over";
    this.#runs.delete(state);
    for (const takeBack of state.timers) takeBack();
    this.#attempts.forget(state);
  }

  /** Leaves the runs as their rows are, to be resumed. */
  close(): void {
    // Those that wait are found by whoever is to go on with them (R10).
    for (const state of this.#current())
      if (state.isWaiting && state.mode === "running" && !state.isEnding)
        this.#end(state, { status: "waiting", value: null, error: null });
    if (this.#durable.length > 0) {
      // Runs that are about to end do so.
      this.#commitDurably();
      this.#handleInbox();
    }
    for (const state of this.#current()) {
      if (!state.run.recorder.isEmpty && !state.dryRun) this.#write("computed", [state], []);
      this.#leaveRun(state);
    }
  }
}

/** What a run asks to be on the disk before it goes on. */
interface DurableWrite {
  readonly state: RunState;
  readonly write: () => void;
  readonly then: () => void;
}

/** How a run of which nothing runs any more has ended; null when something is still to come. */
function endOf({ mode, run }: RunState): RunEnd | null {
  const { result } = run.reducer;
  if (mode === "cancelling") return { status: "cancelled", value: null, error: null };
  if (result !== null && "error" in result) return { status: "failed", value: null, error: result.error };
  if (result !== null) return { status: "succeeded", value: result.value, error: null };
  if (mode === "failing")
    return { status: "failed", value: null, error: run.reducer.firstError ?? run.doomed };
  if (mode === "draining")
    return { status: run.gates.isEmpty ? "cancelled" : "waiting", value: null, error: null };
  return null;
}

/** What of a run's context the scheduler provides. */
export type SchedulerPart =
  "submit" | "durably" | "strengthen" | "later" | "delay" | "emit" | "errorOf" | "observed" | "freed";
