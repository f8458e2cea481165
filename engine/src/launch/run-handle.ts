import { isLigaseError, LigaseError } from "@ligase/sdk";
import { encode } from "@ligase/sdk/internal";
import type { RunHandle } from "../ports/engine.ts";
import type { Progress, RunEnd, RunEvent } from "../model/progress.ts";
import { toRowText } from "../cache/stored-text.ts";
import { leaseOwner, releaseIfGone } from "./lease-owner.ts";
import { untilNextLook } from "../model/until-next-look.ts";
import { uuidv7 } from "../model/uuid.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file-store.ts";
import type { Durability, Store } from "../ports/store.ts";
import type { RunListener, RunState } from "../scheduler/run-state.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";

/** A run whose process gave no sign for so long may be taken over. */
const LEASE_MS = 30_000;

/** A run that this process advances, as those who launched it see it; it holds the run's lease (R11). */
export class ActiveRunHandle implements RunHandle {
  readonly id: string;
  readonly ended: Promise<RunEnd>;
  readonly #store: Store;
  readonly #files: FileStore;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #dryRun: boolean;
  readonly #over: (end: RunEnd) => void;
  readonly #waits: (isWaiting: boolean) => void;
  readonly #toldAll: (event: RunEvent) => void;
  /** What the database had lost when the run was taken. */
  #lossBefore: LigaseError | null = null;
  #resolve: (end: RunEnd) => void = () => undefined;
  #scheduler: Scheduler | null = null;
  #state: RunState | null = null;
  #status: Progress["status"] = "running";
  /** The run's value as its row has it. */
  #value: string | null = null;

  constructor(options: {
    id: string;
    store: Store;
    files: FileStore;
    clock: Clock;
    dryRun: boolean;
    over: (end: RunEnd) => void;
    waits: (isWaiting: boolean) => void;
    /** Told of every event, before those who subscribe. */
    emit: (event: RunEvent) => void;
  }) {
    this.id = options.id;
    this.#store = options.store;
    this.#files = options.files;
    this.#clock = options.clock;
    this.#dryRun = options.dryRun;
    this.#over = options.over;
    this.#waits = options.waits;
    this.#toldAll = options.emit;
    this.#owner = leaseOwner(uuidv7(options.clock.now()));
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Takes the lease of the run, new or left by another process; in the caller's transaction. Throws `run-busy`. */
  take(): void {
    if (!this.tryTake()) throw new LigaseError("run-busy", { run: this.id });
  }

  /** The same; false when somebody else has it. */
  tryTake(): boolean {
    const now = this.#clock.now();
    const { runs, jobs, claims } = this.#store;
    releaseIfGone(runs, this.id);
    if (!runs.lease(this.id, this.#owner, LEASE_MS)) return false;
    this.#lossBefore = this.#store.loss();
    runs.move(this.id, "running", now);
    jobs.abandon(this.id, now);
    claims.releaseAll(this.id);
    return true;
  }

  /** The same with a parked run, of which nothing was under way. */
  tryWake(): boolean {
    const { runs } = this.#store;
    const isFree = runs.holder(this.id) === null && runs.lease(this.id, this.#owner, LEASE_MS);
    this.#lossBefore = this.#store.loss();
    if (isFree) runs.move(this.id, "running", this.#clock.now());
    return isFree;
  }

  /**
   * C19: why nothing more of the run is written here: another process took over while this one slept, or the database
   * came back without rows that this one builds on. Null while it may write.
   */
  barred(): LigaseError | null {
    const loss = this.#store.loss();
    if (loss !== this.#lossBefore) return loss;
    return this.#store.runs.holder(this.id) === this.#owner
      ? null
      : new LigaseError("lease-lost", { run: this.id });
  }

  attach(scheduler: Scheduler, state: RunState): void {
    this.#scheduler = scheduler;
    this.#state = state;
    // Somebody may have wished it while nobody advanced the run (R10).
    if (this.#store.runs.isAskedToCancel(this.id)) this.cancel();
  }

  /** What the scheduler tells. */
  readonly listener: RunListener = {
    emit: (event) => this.#emit(event),
    keep: (value) => {
      this.#value = toRowText(encode(value, { locations: true }), this.#files);
    },
    record: (end) => this.#record(end),
    ended: (end) => this.#tell(end),
    stopped: (end) => this.#tell(this.#recorded(end)),
    waits: (isWaiting) => {
      this.#status = isWaiting ? "waiting" : "running";
      this.#waits(isWaiting);
    },
  };

  progress(): Progress {
    const run = this.#state?.run;
    return {
      status: this.#status,
      startedAt: this.#state?.startedAt ?? this.#clock.now(),
      tasks: run?.counts.list() ?? [],
      openGates: run?.gates.openGates ?? [],
    };
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets the run leave memory when only gates are left of it. */
  park(): void {
    if (this.#state !== null) this.#scheduler?.park(this.#state);
  }

  interrupt(): void {
    if (this.#state !== null) this.#scheduler?.interrupt(this.#state);
  }

  cancel(): void {
    this.#status = "cancelling";
    if (this.#state !== null) this.#scheduler?.cancel(this.#state);
  }

  /** Looks for decisions at once. */
  refresh(): void {
    this.#scheduler?.post(() => {
      // The engine may be closed before it comes to that.
      if (this.#state?.mode !== "over") this.#state?.run.gates.refresh();
    });
  }

  /** Gives a sign of life. */
  beat(): void {
    // Another process took over, because this one slept for too long.
    if (!this.#keepsLease()) this.cancel();
  }

  /** A lease is kept, not taken: one that was given free is of a run that another process led on meanwhile, or ended. */
  #keepsLease(): boolean {
    let isKept = false;
    try {
      this.#store.commit("computed", () => {
        isKept = this.barred() === null && this.#store.runs.lease(this.id, this.#owner, LEASE_MS);
      });
      return isKept;
    } catch (error) {
      if (!isLigaseError(error)) throw error;
      // A store that cannot be written now may be written at the next beat: the lease lasts for three.
      return true;
    }
  }

  /** Somebody else wrote to the store: maybe a decision, maybe a wish to cancel. */
  hear(): void {
    if (this.#store.runs.isAskedToCancel(this.id)) this.cancel();
    this.refresh();
  }

  #emit(event: RunEvent): void {
    this.#toldAll(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** S5: writes for the run under its lease, which is looked at in the same transaction (C19). */
  #write(durability: Durability, write: () => void): void {
    this.#store.commit(durability, () => {
      const barred = this.barred();
      if (barred !== null) throw barred;
      write();
    });
  }

  #tell(end: RunEnd): void {
    this.#state?.run.gates.forget();
    if (end.status !== "waiting") this.#state?.run.counts.givenUp();
    this.#status = end.status;
    this.#over(end);
    this.#emit({ kind: "run-ended", end });
    this.#resolve(end);
  }

  /** The end as it could be recorded: a run whose end is not in the store has not succeeded. */
  #recorded(end: RunEnd): RunEnd {
    try {
      this.#write("durable", () => this.#record(end));
      return end;
    } catch (error) {
      if (!isLigaseError(error)) throw error;
      // Whoever goes on with it need not wait until the lease is over.
      if (error === this.#store.loss()) untilNextLook(() => this.#store.runs.release(this.id, this.#owner));
      const { code, message, remedy } = error;
      return {
        status: "failed",
        value: null,
        error: { kind: "infrastructure", name: "LigaseError", code, message, remedy },
      };
    }
  }

  #record(end: RunEnd): void {
    const now = this.#clock.now();
    if (end.status === "waiting") this.#store.runs.park(this.id, now, this.#wakeAt());
    else {
      this.#state?.run.gates.closeAll();
      this.#store.jobs.abandon(this.id, now);
      const status = this.#dryRun ? "cancelled" : end.status;
      const value = end.status === "succeeded" ? this.#value : null;
      this.#store.runs.move(this.id, status, now, { value, error: end.error });
    }
    this.#store.claims.releaseAll(this.id);
    this.#store.runs.release(this.id, this.#owner);
  }

  /** When the run is to go on that leaves memory: at once where more than gates was left of it, such as a delay. */
  #wakeAt(): number | null {
    const state = this.#state;
    return state === null || state.timers.size > 0 ? 0 : state.run.gates.wakeAt();
  }

  /** Gives the run free as it is, because the engine closes: it can be resumed. */
  leave(): void {
    this.#store.runs.release(this.id, this.#owner);
    this.#resolve({ status: "waiting", value: null, error: null });
  }
}
