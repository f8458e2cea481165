import { isLigaseError } from "@ligase/sdk";
import { encode, formatIssues, isShellCall, type JobError } from "@ligase/sdk/internal";
import { callKey } from "../cache/call-key.ts";
import type { Verdict } from "../cache/proof.ts";
import type { CallAnswer } from "../model/records.ts";
import type { CallRequest } from "../reducer/effects.ts";
import type { Reducer } from "../reducer/reducer.ts";
import type { JobCounts } from "./counts.ts";
import { makeJob, type Job } from "./job.ts";
import { placementFor, stronger } from "./placement.ts";
import type { Recorder } from "./recorder.ts";
import type { RunContext } from "./run-context.ts";
import type { SharedJobs } from "./shared-jobs.ts";

/** What the cache decided of a job. */
export type Decided = Exclude<Verdict, { kind: "later" }>;

/** The run whose calls are answered. */
export interface AnsweredRun {
  readonly context: RunContext;
  readonly reducer: Reducer;
  readonly recorder: Recorder;
  readonly counts: JobCounts;
  readonly shared: SharedJobs;
  /** The job below which a call stands. */
  parentOf(request: CallRequest): Job | null;
  nextNumber(): number;
  /** What is below a job is below its callers too (C8). */
  noteBelow(parent: Job | null, below: Pick<Job, "taskSet" | "fileSet" | "volatile">): void;
  /** Another call waits for a job. */
  joinParent(job: Job, parent: Job | null): void;
  decided(job: Job, verdict: Decided): void;
  fail(job: Job, error: JobError): void;
}

/**
 * Answers the calls of a run as far as it is known: bound to the schema, keyed, shared with an equal call of the run,
 * or asked of the cache, a slice at a time.
 */
export class CallDesk {
  readonly #run: AnsweredRun;
  /** Jobs of this slice that the cache was not asked about yet. */
  #unseen: Job[] = [];
  /** Jobs that wait for files to be read. */
  #checking = 0;

  constructor(run: AnsweredRun) {
    this.#run = run;
  }

  get isChecking(): boolean {
    return this.#checking > 0;
  }

  /** Answers one call, or makes a job of it. */
  answer(request: CallRequest): void {
    try {
      this.#answerChecked(request);
    } catch (error) {
      if (!isLigaseError(error)) throw error;
      const { code, message, remedy } = error;
      this.#run.reducer.resolve(request.id, {
        error: { kind: "misuse", name: "LigaseError", code, message, remedy, task: request.name },
      });
    }
  }

  #answerChecked(asked: CallRequest): void {
    const parent = this.#run.parentOf(asked);
    const giver = giverOf(asked, parent);
    const request =
      giver === null ? asked : { ...asked, placement: { ...asked.placement, ...giver.scriptPlacement } };
    const entry = this.#run.context.code.entry(request.name);
    const bound = entry.definition.checkInput(request.args);
    if (!bound.ok) return this.#refuseArguments(request, formatIssues(bound.issues));
    const args = entry.definition.atFolder?.(bound.value, this.#run.context.cwd) ?? bound.value;
    const argsText = encode(args, this.#run.context.encoding);
    const key = callKey(entry.prefix, argsText);
    if (this.#answerShared(request, key)) return;
    const job = makeJob({
      number: this.#run.nextNumber(),
      request,
      entry,
      key,
      args,
      argsText,
      origin: request.origin,
      parent,
      resourceArgs: giver === null ? args : giver.args,
      queuedAt: this.#run.context.clock.now(),
    });
    this.#run.shared.add(job);
    this.#run.counts.added(request.name);
    this.#unseen.push(job);
  }

  #refuseArguments(request: CallRequest, issues: string): void {
    const message = `The arguments of ${request.name} do not fit its input:\n${issues}`;
    this.#run.reducer.resolve(request.id, {
      error: { kind: "misuse", name: "LigaseError", code: "argument-not-valid", message, task: request.name },
    });
  }

  /** C7: an equal call of this run is the same job, whether it is pending, done or failed. */
  #answerShared(request: CallRequest, key: string): boolean {
    const known = this.#run.shared.find(key);
    if (known === undefined) return false;
    const parent = this.#run.parentOf(request);
    switch (known.kind) {
      case "pending":
        this.#run.joinParent(known.job, parent);
        this.#run.context.strengthen(known.job, request);
        this.#run.reducer.resolveShared(request.id, known.job.call);
        return true;
      case "failed":
        // C7: a stronger caller that comes after a resource or time failure has it tried once more.
        if (known.error.kind === "resource" && this.#isStronger(request, known.placement)) return false;
        this.#run.noteBelow(parent, known);
        this.#run.reducer.resolve(request.id, { error: known.error });
        return true;
      case "fresh":
        this.#run.noteBelow(parent, known.job);
        if (!known.job.entry.isCached && this.#run.reducer.isPending(known.job.call)) {
          // It is on its way to the disk, and given to all its callers from there.
          this.#run.reducer.resolveShared(request.id, known.job.call);
          return true;
        }
        this.#run.reducer.resolve(request.id, { value: known.value, origin: known.job.call });
        return true;
      case "written": {
        const node = this.#run.context.nodeValue(known.node);
        // The table goes by the beginning of a key: another key that begins so is another call.
        if (node.key !== key) return false;
        this.#run.recorder.alias(request.id, known.node);
        this.#run.noteBelow(parent, node);
        this.#run.reducer.resolve(request.id, { value: node.value, origin: request.id });
        return true;
      }
    }
  }

  #isStronger({ name, placement }: CallRequest, than: Job["placement"]): boolean {
    return stronger(than, placementFor(this.#run.context.code.entry(name).definition, placement)) !== than;
  }

  /** Asks the cache for all new jobs of a slice with one query: point reads would cost three times as much. */
  lookUpAll(): void {
    const jobs = this.#unseen;
    this.#unseen = [];
    const known = this.#run.context.proof.look(jobs);
    for (const job of jobs) this.#lookUp(job, known.get(job.key) ?? null);
  }

  /** Has a job looked up with those of the present slice. */
  lookUpWithNext(job: Job): void {
    this.#unseen.push(job);
  }

  #lookUp(job: Job, known: CallAnswer | null): void {
    // A run that computes all anew is not answered by what others write meanwhile.
    job.judged = this.#run.context.proof.asks ? (known?.id ?? 0) : null;
    const verdict = this.#run.context.proof.judge(job.entry, job.key, known);
    if (verdict.kind === "later") this.#lookUpLater(job, known, verdict.ready);
    else this.#run.decided(job, verdict);
  }

  #lookUpLater(job: Job, known: CallAnswer | null, ready: Promise<unknown>): void {
    this.#checking++;
    const again = (): void => {
      this.#checking--;
      this.#lookUp(job, known);
    };
    this.#run.context.later(ready, again, (error) => {
      this.#checking--;
      this.#run.fail(job, this.#run.context.errorOf(error, job.entry.definition.name));
    });
  }
}

/** The job whose expression the call is, where that is the command of a script that could not be traced. */
const giverOf = (request: CallRequest, parent: Job | null): Job | null =>
  parent !== null && parent.scriptPlacement !== null && isShellCall(request.name) ? parent : null;
