import { mentionsFiles, type JobError, type JobSpec, type Outcome } from "@ligase/sdk/internal";
import type { AttemptRecord } from "../model/records.ts";
import type { AttemptStatus } from "../model/states.ts";
import type { ExecutorEvent } from "../ports/executor.ts";
import type { FileStore } from "../ports/file-store.ts";
import { Admission, type Machine } from "./admission.ts";
import { keepFiles, publishOutputs, specFor, type AttemptPlace } from "./attempt.ts";
import type { Claims } from "./claims.ts";
import { toJobErrorData } from "./failure.ts";
import type { Job } from "./job.ts";
import { placementFor, stronger } from "./placement.ts";
import { publisherOf } from "./published.ts";
import { retryDelay } from "./retry.ts";
import type { RunState } from "./run-state.ts";

interface Submitted {
  readonly job: Job;
  readonly state: RunState;
  readonly spec: JobSpec;
  startedAt: number | null;
  remoteId: string | null;
}

export interface AttemptsOptions {
  readonly files: FileStore;
  readonly machine: Machine;
  readonly limits: Readonly<Record<string, number>>;
  readonly place: Omit<AttemptPlace, "runId">;
  /** Of all runs of this process. */
  readonly claims: Claims;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Does something in a later turn. */
  readonly post: (message: () => void) => void;
  /** Calls back in a later turn, when a promise has settled. */
  readonly later: <T>(
    state: RunState,
    promise: Promise<T>,
    then: (value: T) => void,
    failed: (error: unknown) => void,
  ) => void;
  /** Calls back in a later turn, after a time. */
  readonly delay: (state: RunState, delayMs: number, then: () => void) => void;
}

/** Jobs on their way through the executors: in line, submitted, ended, tried again. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #admission: Admission;
  readonly #stateOf = new Map<Job, RunState>();
  readonly #submitted = new Map<string, Submitted>();
  /** Scripts that started in this turn. */
  #begun: Submitted[] = [];

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#admission = new Admission({
      machine: options.machine,
      limits: options.limits,
    });
  }

  /** Puts a job in line. Throws what its needs make impossible (R7). */
  enqueue(state: RunState, job: Job): void {
    if (state.dryRun) {
      state.wouldRun.push(job);
      return;
    }
    if (state.mode !== "running") return;
    this.#admission.enqueue(job, state.executors);
    this.#stateOf.set(job, state);
    state.queued++;
  }

  /** C7: an equal call wants the same job with a placement of its own. */
  strengthen(job: Job, placement: Job["placement"] | undefined): void {
    const asked = placementFor(job.entry.definition, placement);
    if (job.scriptPlacement !== null) {
      job.scriptPlacement = stronger(job.scriptPlacement, asked);
      return;
    }
    const wanted = stronger(job.placement, asked);
    if (wanted === job.placement) return;
    if (this.#admission.withdraw(job)) this.#requeue(job, wanted);
    else if (job.attempt === 0) job.placement = wanted;
    else job.stronger = wanted;
  }

  #requeue(job: Job, placement: Job["placement"]): void {
    const before = job.placement;
    const { executors } = this.#stateOf.get(job) as RunState;
    job.placement = placement;
    try {
      this.#admission.enqueue(job, executors);
    } catch (error) {
      // What could never start is refused to the caller that asked for it; the job goes on as it was.
      job.placement = before;
      this.#admission.enqueue(job, executors);
      throw error;
    }
  }

  /** Hands over what may start now, and ahead of their turn those that come next. */
  submit(): void {
    this.#recordStarted();
    if (this.#admission.isEmpty) return;
    const { admitted, recalled } = this.#admission.admit();
    for (const { lane, jobs } of admitted) {
      const specs = this.#claimed(jobs)
        .map((job) => this.#startAttempt(job))
        .filter((spec) => spec !== null);
      const { key, places } = lane;
      if (specs.length > 0 || lane.ahead > 0) lane.executor.submit(specs, { key, places });
    }
    for (const lane of recalled) this.#takeBack(({ job }) => this.#admission.isIn(job, lane));
  }

  /** Asks for those back that have not started. */
  #takeBack(isAsked: (submitted: Submitted) => boolean): void {
    const asked = [...this.#submitted.values()].filter(
      (submitted) => submitted.startedAt === null && isAsked(submitted),
    );
    for (const [executor, some] of Map.groupBy(asked, ({ job }) => job.executor))
      executor?.ahead?.takeBack(some.map(({ spec }) => spec.id));
  }

  /** Of jobs that may start, those that no other run computes; the others look again when that may be over. */
  #claimed(jobs: readonly Job[]): readonly Job[] {
    return [...Map.groupBy(jobs, (job) => this.#stateOf.get(job) as RunState)].flatMap(([state, own]) => {
      const { mine, known, held } = this.#options.claims.take(state.run.context.runId, own);
      for (const job of known) this.#options.post(this.#putBack(state, job));
      for (const job of held) {
        const again = this.#putBack(state, job);
        this.#options.claims.wait(job.key, () => this.#options.post(again));
      }
      return mine;
    });
  }

  /** Takes a job out of the line; what is returned has it looked up again. */
  #putBack(state: RunState, job: Job): () => void {
    this.#admission.release(job);
    this.#stateOf.delete(job);
    state.queued--;
    state.held++;
    return () => {
      state.held--;
      if (state.mode === "running") state.run.lookUpAgain(job);
    };
  }

  #startAttempt(job: Job): JobSpec | null {
    const state = this.#stateOf.get(job) as RunState;
    job.attempt++;
    state.queued--;
    state.running.add(job);
    try {
      const { context, counts } = state.run;
      context.checkTools(job.entry.definition, (task) => counts.isAnswered(task));
      const spec = specFor(job, this.#admission.grantOf(job), {
        ...this.#options.place,
        runId: context.runId,
      });
      this.#submitted.set(spec.id, { job, state, spec, startedAt: null, remoteId: null });
      return spec;
    } catch (error) {
      this.#leave(job, state);
      // In a later turn: the runs have been advanced in this one.
      const failed = toJobErrorData(error, job.entry.definition.name);
      const fail = (): void => state.run.fail(job, failed);
      this.#options.later(state, Promise.resolve(), fail, fail);
      return null;
    }
  }

  #leave(job: Job, state: RunState): void {
    this.#admission.release(job);
    state.running.delete(job);
  }

  onEvent(event: ExecutorEvent): void {
    const submitted = this.#submitted.get(event.id);
    if (submitted === undefined) return;
    const { job, state } = submitted;
    if (state.mode === "over") {
      // The run left without it; only what it held is given back.
      const isLast = event.kind === "ended" || event.kind === "returned";
      if (isLast && this.#submitted.delete(event.id)) this.#leave(job, state);
      return;
    }
    switch (event.kind) {
      case "returned":
        this.#submitted.delete(event.id);
        this.#returned(job, state);
        return;
      case "started":
        submitted.startedAt = event.atMs;
        submitted.remoteId = event.remoteId;
        this.#started(submitted, event.atMs);
        return;
      case "progress":
        state.tell.emit({
          kind: "job-progress",
          job: job.number,
          task: job.entry.definition.name,
          fraction: event.fraction,
          message: event.message,
        });
        return;
      case "checkpoint":
        job.checkpoint = event.text;
        return;
      case "ended":
        this.#submitted.delete(event.id);
        this.#ended(submitted, event.outcome, event.atMs);
    }
  }

  /** Stands in line again as if it had never left it, unless its run starts nothing more. */
  #returned(job: Job, state: RunState): void {
    job.attempt--;
    state.running.delete(job);
    if (state.mode === "running") {
      this.#admission.putBack(job);
      state.queued++;
    } else {
      this.#admission.release(job);
      this.#stateOf.delete(job);
    }
  }

  #started(submitted: Submitted, at: number): void {
    const { job, state, spec } = submitted;
    if (job.status === "queued") {
      job.status = "running";
      job.startedAt = at;
      state.run.counts.moved(job.entry.definition.name, "pending", "running");
    }
    if (spec.work.kind === "script") this.#begun.push(submitted);
    state.tell.emit({
      kind: "job-started",
      job: job.number,
      task: job.entry.definition.name,
      folder: spec.folder,
    });
  }

  /** Scripts are likely to run for longer than a turn: others see them, and their logs, from the start. */
  #recordStarted(): void {
    for (const submitted of this.#begun) {
      if (!this.#submitted.has(submitted.spec.id) || submitted.state.mode === "over") continue;
      this.#putAttempt(submitted, { status: "running", endedAt: null, failureKind: null, usage: null });
    }
    this.#begun = [];
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
    this.#options.later(
      state,
      this.#keep(submitted, outcome),
      (kept) => {
        this.#leave(job, state);
        this.#settleAttempt(submitted, kept);
      },
      (error) => {
        this.#leave(job, state);
        this.#settleAttempt(submitted, {
          ...outcome,
          ok: false,
          error: toJobErrorData(error, job.entry.definition.name),
        });
      },
    );
  }

  async #keep({ job, state, spec }: Submitted, outcome: Outcome): Promise<Outcome> {
    const { files } = this.#options;
    for (const deck of outcome.decks) {
      const kept = await files.adopt(deck.path, "file", `${deck.name}.html`);
      state.run.recorder.deck(job, {
        runId: state.run.context.runId,
        job: job.number,
        name: deck.name,
        mediaType: deck.mediaType,
        uri: kept.uri,
      });
    }
    if (!outcome.ok) return outcome;
    const { work } = spec;
    const { cwd, runId } = state.run.context;
    const result =
      work.kind === "script"
        ? await publishOutputs(outcome.result, work.script.publish, {
            files,
            cwd,
            by: publisherOf(runId, job),
          })
        : await keepFiles(outcome.result, spec.folder, files);
    return { ...outcome, result };
  }

  #settleAttempt({ job, state }: Submitted, outcome: Outcome): void {
    // The run left without it.
    if (state.mode === "over") return;
    if (outcome.ok) {
      this.#stateOf.delete(job);
      return state.run.succeed(job, outcome.result);
    }
    job.failures.push(outcome.error);
    const delayMs = this.#nextAttempt(job, outcome.error);
    if (delayMs === null) {
      this.#stateOf.delete(job);
      return state.run.fail(job, outcome.error);
    }
    this.#options.delay(state, delayMs, () => this.#tryAgain(state, job));
    if (state.mode !== "running") return;
    state.tell.emit({
      kind: "job-retried",
      job: job.number,
      task: job.entry.definition.name,
      attempt: job.attempt + 1,
      error: outcome.error,
    });
  }

  /**
   * A run that starts nothing more has not failed of what would be tried again: its handlers would take an error that
   * it does not have, and be believed when it is resumed.
   */
  #tryAgain(state: RunState, job: Job): void {
    if (state.mode === "running") this.enqueue(state, job);
    else this.#stateOf.delete(job);
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

  /** A function that succeeds at once and wrote nothing is told by its job's row alone. */
  #recordAttempt(submitted: Submitted, outcome: Outcome, at: number): void {
    const { job, spec } = submitted;
    const isPlain = outcome.ok && spec.work.kind === "function" && job.attempt === 1;
    if (isPlain && outcome.wrote !== true) return;
    const failureKind = outcome.ok ? null : outcome.error.kind;
    this.#putAttempt(submitted, {
      status: statusOf(outcome),
      endedAt: at,
      failureKind,
      usage: outcome.usage,
    });
  }

  #putAttempt(
    submitted: Submitted,
    end: Pick<AttemptRecord, "status" | "endedAt" | "failureKind" | "usage">,
  ): void {
    const { job, state, spec, startedAt, remoteId } = submitted;
    const { runId } = state.run.context;
    state.run.recorder.attempt(job, {
      runId,
      job: job.number,
      number: job.attempt,
      executor: job.executor?.name ?? "",
      remoteId,
      startedAt,
      folder: spec.folder,
      ...end,
    });
  }

  /** Starts nothing more of a run. It has jobs that run until those handed over ahead have started or were returned. */
  stopStarting(state: RunState): void {
    state.queued -= this.#admission.withdrawAll((job) => this.#stateOf.get(job) === state);
    this.#takeBack((submitted) => submitted.state === state);
  }

  /** Asks what runs of a run to end. */
  cancel(state: RunState, graceMs: number): void {
    const own = [...this.#submitted.values()].filter((submitted) => submitted.state === state);
    for (const [executor, some] of Map.groupBy(own, ({ job }) => job.executor))
      executor?.cancel(
        some.map(({ spec }) => spec.id),
        graceMs,
      );
  }

  /** Whether jobs of a run that is over have not ended yet: the next ones would have their ids (C18). */
  isEnding(runId: string): boolean {
    return [...this.#submitted.values()].some(
      ({ state }) => state.mode === "over" && state.run.context.runId === runId,
    );
  }

  /** Forgets a run that is over. */
  forget(state: RunState): void {
    this.#options.files.forgetPublished(state.run.context.runId);
    // What still stands in line may not be admitted when nobody knows its run any more.
    this.stopStarting(state);
    for (const [job, owner] of this.#stateOf) {
      if (owner !== state) continue;
      // What was admitted and could not be started gives back what it holds; what runs does so when it ends.
      if (!state.running.has(job)) this.#admission.release(job);
      this.#stateOf.delete(job);
    }
  }
}

function statusOf(outcome: Outcome): AttemptStatus {
  if (outcome.ok) return "succeeded";
  if (outcome.error.kind === "cancelled") return "cancelled";
  return outcome.error.kind === "infrastructure" ? "lost" : "failed";
}

/** Whether there are decks, published outputs or files of a function to be brought to safety. */
function leavesFiles({ work }: JobSpec, outcome: Outcome): boolean {
  if (outcome.decks.length > 0) return true;
  if (!outcome.ok || outcome.result.kind !== "value") return false;
  return work.kind === "script"
    ? Object.keys(work.script.publish).length > 0
    : mentionsFiles(outcome.result.text);
}
