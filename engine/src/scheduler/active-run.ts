import { isLigaseError } from "@ligase/sdk";
import {
  decode,
  encode,
  hashTemplate,
  mentionsFiles,
  type Dir,
  type File,
  type JobError,
  type JobResult,
} from "@ligase/sdk/internal";
import { callKey } from "../cache/call-key.ts";
import { filesIn } from "../cache/file-sets.ts";
import { toRowText } from "../cache/stored-text.ts";
import type { RunEvent } from "../model/progress.ts";
import type { CallAnswer } from "../model/records.ts";
import type { CallRequest, EnteredWorkflow, SettledCall } from "../reducer/effects.ts";
import type { Origin } from "../reducer/cell.ts";
import { Reducer } from "../reducer/reducer.ts";
import { CallDesk, type AnsweredRun, type Decided } from "./call-desk.ts";
import { JobCounts } from "./counts.ts";
import { isReplayed, makeJob, type Job } from "./job.ts";
import { PastJobs, type PastJob } from "./past-jobs.ts";
import { keepPublished } from "./published.ts";
import { Recorder } from "./recorder.ts";
import type { RunContext } from "./run-context.ts";
import { RunGates } from "./run-gates.ts";
import { innermostFirst } from "./settling-order.ts";
import { SharedJobs } from "./shared-jobs.ts";

/** The column in which a job that ended is counted. */
const COUNTED = { succeeded: "done", cached: "cached", failed: "failed", cancelled: "failed" } as const;

/** Calls handled before the loop looks at what came in meanwhile (R6). */
const SLICE = 1_000;

/**
 * One run while this process advances it. It answers what the reducer asks: from this run, from the cache, or by jobs
 * that the scheduler submits. It never awaits; what takes time comes back through `later`.
 */
export class ActiveRun implements AnsweredRun {
  readonly context: RunContext;
  readonly reducer: Reducer;
  readonly recorder: Recorder;
  readonly counts = new JobCounts();
  readonly gates: RunGates;
  readonly shared = new SharedJobs();
  readonly #desk = new CallDesk(this);
  /** Jobs whose expression is being reduced, and workflows in place, by call number. */
  readonly #open = new Map<number, Job>();
  /** Asked and not handled yet. */
  #requests: CallRequest[] = [];
  #nextRequest = 0;
  #lastNumber: number;
  readonly #past: PastJobs;
  /** The first error that is sure to fail the run. */
  doomed: JobError | null = null;

  constructor(context: RunContext) {
    this.context = context;
    this.#lastNumber = context.lastNumber;
    this.#past = new PastJobs(context.store.jobs, context.runId, context.lastNumber);
    this.recorder = new Recorder({ store: context.store, files: context.files, runId: context.runId });
    this.gates = new RunGates(context, this.recorder);
    this.reducer = new Reducer({
      program: {
        workflow: (name) => context.code.workflow(name),
        reachesGate: (name, args) => context.code.reachesGate(name, args),
      },
      template: context.template,
      args: context.args,
    });
  }

  /** Reduces and answers as far as one slice goes; true when more can be done at once. */
  advance(): boolean {
    for (let budget = SLICE; budget > 0; budget--) {
      if (this.#nextRequest === this.#requests.length) {
        this.#desk.lookUpAll();
        this.#requests = [];
        this.#nextRequest = 0;
        this.#takeEffects();
        if (this.#requests.length === 0) return false;
      }
      this.#desk.answer(this.#requests[this.#nextRequest++] as CallRequest);
    }
    this.#desk.lookUpAll();
    return true;
  }

  get isChecking(): boolean {
    return this.#desk.isChecking;
  }

  #takeEffects(): void {
    const effects = this.reducer.take();
    if (effects === null) return;
    if (effects.calls.length > 0) this.#requests.push(...effects.calls);
    for (const entered of effects.entered) this.#enter(entered);
    for (const { owner, kind } of effects.handled)
      if (kind !== "user" && kind !== "rejected") this.#makeVolatile(owner);
    for (const owner of effects.volatile) this.#makeVolatile(owner);
    for (const request of effects.gates) this.#openGate(request);
    for (const delay of effects.delays)
      this.context.delay(delay.delayMs, () => this.reducer.resolveDelay(delay.id));
    for (const settled of innermostFirst(effects.settled, this.#open)) this.#settle(settled);
    this.doomed ??= effects.doomed;
  }

  #makeVolatile(owner: number): void {
    const job = this.#open.get(owner);
    if (job !== undefined) job.volatile = true;
  }

  #openGate(request: Parameters<RunGates["open"]>[0]): void {
    const owner = this.#open.get(request.owner) ?? null;
    if (owner !== null && request.policy.reuse === "never") owner.volatile = owner.ran = true;
    this.#wait(owner, 1);
    this.gates.open(request, owner, (result) => {
      this.#wait(owner, -1);
      this.reducer.resolveGate(request.id, result);
    });
  }

  /** A job below which a gate is open shows as waiting. */
  #wait(job: Job | null, change: 1 | -1): void {
    if (job === null) return;
    job.openGates += change;
    const { name } = job.entry.definition;
    if (change === 1 && job.openGates === 1) this.counts.moved(name, "running", "waiting");
    if (change === -1 && job.openGates === 0) this.counts.moved(name, "waiting", "running");
  }

  parentOf(request: CallRequest): Job | null {
    return this.#open.get(request.owner) ?? null;
  }

  joinParent(job: Job, parent: Job | null): void {
    if (parent === job.parent) return;
    if (parent !== null) (job.otherParents ??= []).push(parent);
    if (job.openGates > 0) this.gates.joined(job);
  }

  nextNumber(): number {
    return ++this.#lastNumber;
  }

  /** Another run computed, or gave up, what this job waits for. */
  lookUpAgain(job: Job): void {
    this.#desk.lookUpWithNext(job);
  }

  decided(job: Job, verdict: Decided): void {
    job.reason = verdict.reason;
    switch (verdict.kind) {
      case "hit":
        return this.#hit(job, verdict);
      case "walk":
        return this.#walk(job, verdict);
      case "miss":
        return this.#compute(job);
    }
  }

  #hit(job: Job, { node, value }: Extract<Decided, { kind: "hit" }>): void {
    keepPublished(job, value, this.context);
    const past = this.#past.answeredBy(node.id);
    if (past !== null) return this.#takeUp(job, past, { node, value });
    job.status = "cached";
    job.reused = true;
    job.ran = false;
    this.#noteAnswer(job, node);
    this.#end(job, { text: null, value, error: null, cachedBy: node.id });
    this.reducer.resolve(job.call, { value, origin: job.call });
  }

  /** The run had this job before it left memory: its row stays as it is. */
  #takeUp(
    job: Job,
    past: PastJob,
    { node, value }: Pick<Extract<Decided, { kind: "hit" }>, "node" | "value">,
  ): void {
    Object.assign(job, past);
    job.reused = true;
    this.#noteAnswer(job, node);
    this.counts.moved(job.entry.definition.name, "pending", past.status === "cached" ? "cached" : "done");
    this.#tellParents(job);
    this.recorder.alias(job.call, node.id);
    this.shared.ended(job, null, value);
    this.reducer.resolve(job.call, { value, origin: job.call });
  }

  #noteAnswer(job: Job, { taskSet, fileSet, volatile }: CallAnswer): void {
    Object.assign(job, { taskSet, fileSet, volatile });
  }

  /** The first result stands: it is reduced again, each call below answered by itself. */
  #walk(job: Job, { node, completes, template }: Extract<Decided, { kind: "walk" }>): void {
    job.number = this.#past.answeredBy(node.id)?.number ?? job.number;
    job.first = { template, hash: node.first as string };
    job.node = completes;
    job.reused = true;
    job.status = "running";
    job.startedAt = this.context.clock.now();
    this.counts.moved(job.entry.definition.name, "pending", "running");
    this.#open.set(job.call, job);
    this.reducer.resolveExpression(job.call, template);
  }

  #compute(job: Job): void {
    const { definition } = job.entry;
    if (definition.kind === "workflow") {
      job.number = this.#past.takeOpen(job.parent?.number ?? null, definition.name) ?? job.number;
      job.status = "running";
      job.startedAt = job.queuedAt;
      this.counts.moved(definition.name, "pending", "running");
      this.#open.set(job.call, job);
      this.reducer.resolveWorkflow(job.call, definition.template, job.args, job.origin);
      return;
    }
    job.ran = true;
    try {
      this.context.submit(job);
    } catch (error) {
      // R7: what could never start is this job's error, which a handler may take.
      if (!isLigaseError(error)) throw error;
      this.fail(job, this.context.errorOf(error, definition.name));
    }
  }

  /** A workflow that opened in place: a job for the record, keyed when its arguments are known. */
  #enter(entered: EnteredWorkflow): void {
    const entry = this.context.code.entry(entered.name);
    const request = { id: entered.id, placement: undefined, limiter: null };
    const parent = this.#open.get(entered.owner) ?? null;
    const now = this.context.clock.now();
    const job = makeJob({
      number: this.#past.takeOpen(parent?.number ?? null, entered.name) ?? this.nextNumber(),
      request,
      entry,
      key: "",
      args: null,
      argsText: "null",
      resourceArgs: null,
      origin: null,
      parent,
      queuedAt: now,
    });
    job.status = "running";
    job.startedAt = now;
    this.counts.added(entered.name);
    this.counts.moved(entered.name, "pending", "running");
    this.#open.set(job.call, job);
  }

  /** An attempt of a job gave its result. */
  succeed(job: Job, result: JobResult): void {
    if (result.kind === "expression") {
      job.first = { template: result.template, hash: hashTemplate(result.template) };
      this.recorder.first(job);
      this.#open.set(job.call, job);
      return this.#give(job, () => this.reducer.resolveExpression(job.call, result.template));
    }
    const value = decode(result.text);
    this.#finish(job, { text: result.text, value, files: mentionsFiles(result.text) ? filesIn(value) : [] });
    this.#give(job, () => this.reducer.resolve(job.call, { value, origin: job.call }), result.text);
  }

  /** C18: what is computed once per run would be another value the next time; it is on the disk before it is used. */
  #give(job: Job, give: () => void, text = ""): void {
    if (job.entry.isCached) return give();
    const { files } = this.context;
    const isInRow = toRowText(text, files) === text && !mentionsFiles(text);
    const durably = (): void => this.context.durably(() => undefined, give);
    if (isInRow) return durably();
    this.context.later(files.flush(), durably, (error) =>
      this.reducer.resolve(job.call, { error: this.context.errorOf(error, job.entry.definition.name) }),
    );
  }

  #finish(job: Job, result: { text: string | null; value: unknown; files: readonly (File | Dir)[] }): void {
    job.status = "succeeded";
    if (!job.entry.isCached) job.volatile = true;
    const isOwn = job.first === null && job.entry.definition.kind === "task";
    if (isOwn && result.files.length > 0) job.fileSet = this.context.observed(result.files);
    if (result.files.length > 0) this.context.proof.forget(result.files);
    this.#end(job, { text: result.text, value: result.value, error: null, cachedBy: null });
  }

  /** A job failed for good. */
  fail(job: Job, error: JobError): void {
    const own: JobError = error.task === undefined ? { ...error, task: job.entry.definition.name } : error;
    job.status = error.kind === "cancelled" ? "cancelled" : "failed";
    this.#end(job, { text: null, value: null, error: own, cachedBy: null });
    // A job is cancelled with its run: `settle` may not take that for how the item ended, for the run may be resumed.
    if (own.kind !== "cancelled") this.reducer.resolve(job.call, { error: own });
  }

  /** The value of a job's expression, or of a workflow, is known to the bottom. */
  #settle({ id, result, args }: SettledCall): void {
    const job = this.#open.get(id);
    if (job === undefined) return;
    if ("error" in result) {
      job.status = "failed";
      this.#end(job, { text: null, value: null, error: result.error, cachedBy: null });
      return;
    }
    job.valueOrigin = result.origin;
    const keyed = job.key === "" ? this.#keyWorkflow(job, args) : job;
    const text = keyed === null ? null : encode(result.value, { locations: true });
    this.#finish(keyed ?? job, { text, value: result.value, files: [] });
  }

  /** C2: a workflow opened with pending arguments is recorded by its key once they are known. */
  #keyWorkflow(job: Job, args: { value: unknown; origin: Origin } | undefined): Job | null {
    if (args === undefined) return null;
    const bound = job.entry.definition.checkInput(args.value);
    if (!bound.ok) return null;
    const argsText = encode(bound.value, this.context.encoding);
    return Object.assign(job, {
      args: bound.value,
      argsText,
      origin: args.origin,
      key: callKey(job.entry.prefix, argsText),
    });
  }

  #end(
    job: Job,
    end: { text: string | null; value: unknown; error: JobError | null; cachedBy: number | null },
  ): void {
    const at = this.context.clock.now();
    const { name } = job.entry.definition;
    const before = job.startedAt === null ? "pending" : job.openGates > 0 ? "waiting" : "running";
    if (job.status === "succeeded" && isReplayed(job)) job.status = "cached";
    const status = job.status as Extract<RunEvent, { kind: "job-ended" }>["status"];
    this.counts.moved(name, before, COUNTED[status]);
    this.#open.delete(job.call);
    this.#tellParents(job);
    this.recorder.ended({ job, at, text: end.text, error: end.error, cachedBy: end.cachedBy });
    if (job.key !== "") this.shared.ended(job, end.error, end.value);
    this.context.emit({ kind: "job-ended", job: job.number, task: name, status, error: end.error });
  }

  #tellParents(job: Job): void {
    for (const parent of [job.parent, ...(job.otherParents ?? [])]) this.noteBelow(parent, job);
    // Only to the caller that made it: which other ones found it pending, and which done, is a matter of timing.
    if (job.parent === null) return;
    job.parent.ran ||= job.ran;
    job.parent.reused ||= job.reused;
  }

  /** What is below a job is below its callers too (C8). */
  noteBelow(parent: Job | null, below: Pick<Job, "taskSet" | "fileSet" | "volatile">): void {
    if (parent === null) return;
    parent.taskSet = this.context.taskSets.union(parent.taskSet, below.taskSet);
    parent.fileSet = this.context.fileSets.union(parent.fileSet, below.fileSet);
    parent.volatile ||= below.volatile;
  }

  /** After a commit: what is written need not stay in memory, and other runs may use it. */
  committed(): void {
    this.shared.committed((job) => this.recorder.nodeOf(job.call));
    this.context.freed(this.recorder.takeFreed());
  }

  /** The run leaves memory: jobs whose value is not known are written as waiting, and no answer is taken any more. */
  leave(): void {
    this.gates.leave();
    for (const job of this.#open.values()) {
      job.status = "waiting";
      this.recorder.running(job);
    }
  }
}
