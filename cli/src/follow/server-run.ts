import type { Progress, RunEnd, RunEvent, RunHandle } from "@ligase/engine";
import type { RunState } from "@ligase/server/client";
import type { TypeIr } from "@ligase/sdk/internal";
import { eachOf, listOf, type DeskRun, type ShownJob } from "../desk/run-desk.ts";
import type { ServerDesk } from "../desk/server-desk.ts";
import { countJobs } from "../show/count-jobs.ts";
import { failedJobs } from "../show/first-failures.ts";

type GateState = RunState["openGates"][number];
type JobEvent = Extract<RunEvent, { readonly job: number }>;

/** Jobs that are told of though their events are past: a run is followed a moment after it began. */
const MOST_PAST = 1_000;

export interface ServerRunOptions {
  readonly desk: ServerDesk;
  readonly run: DeskRun;
  /** Jobs with greater numbers are told of, also what became of them before; null for what happens from now on. */
  readonly after: number | null;
  /** Type of the value, where it is known. */
  readonly type: TypeIr;
}

/** A run that a server advances, as those who follow it see one of this process. */
export class ServerRun implements RunHandle {
  readonly id: string;
  readonly ended: Promise<RunEnd>;
  readonly #options: ServerRunOptions;
  readonly #left = new AbortController();
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #gates = new Map<string, { state: GateState; gate: Progress["openGates"][number] }>();
  /** Jobs of which was told, by what was told, though its event may come later. */
  readonly #told = new Set<string>();
  readonly #failed = new Set<number>();
  /** Jobs with greater numbers are the business of who follows; null before the first state. */
  #since: number | null = null;
  #state: Pick<Progress, "status" | "tasks">;

  constructor(options: ServerRunOptions) {
    const { id, status } = options.run;
    this.#options = options;
    this.id = id;
    this.#state = { status, tasks: [] };
    this.ended = this.#follow();
  }

  progress(): Progress {
    const openGates = Array.from(this.#gates.values(), ({ gate }) => gate);
    return { ...this.#state, startedAt: this.#options.run.createdAt, openGates };
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows it no more; it goes on. */
  interrupt(): void {
    this.#left.abort();
  }

  cancel(): void {
    this.#options.desk.cancel(this.id).catch(() => undefined);
  }

  async #follow(): Promise<RunEnd> {
    const { desk } = this.#options;
    for await (const { type, data } of desk.events(this.id, this.#left.signal)) {
      if (type === "state") await this.#stands(data as RunState);
      if (type === "job") this.#hear(data as JobEvent);
      if (type === "end") return await this.#end();
    }
    return { status: "waiting", value: null, error: null };
  }

  async #stands({ status, jobs, openGates }: RunState): Promise<void> {
    const { desk, after } = this.#options;
    const isFirst = this.#since === null;
    this.#since ??= after ?? (await desk.jobCounts(this.id)).reduce((sum, { count }) => sum + count, 0);
    this.#state = { status, tasks: countJobs(jobs) };
    const open = new Set(openGates.map(({ id }) => id));
    for (const id of Array.from(this.#gates.keys()).filter((known) => !open.has(known))) {
      this.#gates.delete(id);
      this.#emit({ kind: "gate-closed", gate: await desk.gate(this.id, id) });
    }
    for (const state of openGates) {
      const before = this.#gates.get(state.id)?.state;
      const kind = changeOf(before, state);
      if (kind === null) continue;
      const gate = await desk.gate(this.id, state.id);
      // It may have been closed meanwhile, which the next state tells.
      if (gate.status !== "open") continue;
      this.#gates.set(state.id, { state, gate });
      this.#emit({ kind, gate });
    }
    if (isFirst && after !== null) await this.#tellPast(after);
  }

  #hear(event: JobEvent): void {
    if (this.#told.delete(keyOf(event))) return;
    if (event.kind === "job-ended" && event.status === "failed") this.#failed.add(event.job);
    this.#emit(event);
  }

  /** Tells what was before the first event that came. */
  async #tellPast(after: number): Promise<void> {
    const jobs = await listOf(eachOf(this.#options.desk.jobPages(this.id, { after, limit: MOST_PAST })));
    for (const event of jobs.toSorted(asTheyCame).flatMap(pastEvents)) {
      this.#hear(event);
      this.#told.add(keyOf(event));
    }
  }

  async #end(): Promise<RunEnd> {
    const { desk, type } = this.#options;
    const { status, error } = await desk.run(this.id);
    this.#state = { status, tasks: countJobs(await desk.jobCounts(this.id)) };
    if (status === "failed") {
      const missed = (await failedJobs(desk, this.id)).filter(
        ({ number }) => number > (this.#since ?? 0) && !this.#failed.has(number),
      );
      for (const event of missed.flatMap(pastEvents)) this.#hear(event);
    }
    const value = status === "succeeded" ? await desk.typedValue(this.id, type) : null;
    return { status: status as RunEnd["status"], value, error };
  }

  #emit(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Jobs by when they ended or began; a caller ends after those it called. */
const asTheyCame = (one: ShownJob, other: ShownJob): number =>
  timeOf(one) - timeOf(other) || other.number - one.number;
const timeOf = ({ endedAt, startedAt, queuedAt }: ShownJob): number => endedAt ?? startedAt ?? queuedAt;

/** What became of a gate between two states. */
function changeOf(before: GateState | undefined, now: GateState) {
  if (before === undefined) return "gate-opened";
  if (now.handedOver > before.handedOver) return "gate-handed-over";
  if (now.isEscalated && !before.isEscalated) return "gate-escalated";
  return now.reminded > before.reminded ? "gate-reminded" : null;
}

/** What a job's row tells as events would have. */
function pastEvents({ number: job, task, status, startedAt, error }: ShownJob): readonly JobEvent[] {
  switch (status) {
    case "succeeded":
    case "failed":
    case "cached":
    case "cancelled":
      return [{ kind: "job-ended", job, task, status, error }];
    default:
      return startedAt === null ? [] : [{ kind: "job-started", job, task, folder: null }];
  }
}

const keyOf = ({ kind, job }: JobEvent): string => `${kind} ${job}`;
