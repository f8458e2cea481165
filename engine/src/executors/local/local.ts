import { availableParallelism } from "node:os";
import type {
  AheadOfTurn,
  Executor,
  ExecutorEvent,
  ExecutorListener,
  LanePlaces,
} from "../../ports/executor.ts";
import type { FileStore } from "../../ports/file-store.ts";
import type { JobSpec } from "@ligase/sdk/internal";
import { HelperClient } from "./helper-client.ts";
import type { EndedReport, HelperReport, HelperRequest, StartRequest } from "./helper-protocol.ts";
import { LaneCounts } from "./lane-counts.ts";
import { LocalJob } from "./local-job.ts";

/** Jobs taken beyond the cpus, for scripts that ask for little or nothing of one. */
const LIGHT_JOBS = 64;

export interface LocalExecutorOptions {
  /** Name it is configured under. */
  readonly name: string;
  /** Where inputs come from and outputs go to. */
  readonly files: FileStore;
  readonly listener: ExecutorListener;
  /** Cpus that scripts may take together; default: those of the machine. */
  readonly cpus?: number;
  /** Environment that scripts get besides their own; default: this process's, without `LIGASE_…`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds between TERM and KILL after a time-out; default 10,000. */
  readonly graceMs?: number;
}

/**
 * Runs scripts on this machine, in warm shells of a small helper process. Scripts end with the engine: none is left
 * behind, not even by SIGKILL, so that none is ever adopted.
 */
export function createLocalExecutor(options: LocalExecutorOptions): LocalExecutor {
  return new ScriptsOnThisMachine(options);
}

export interface LocalExecutor extends Executor {
  /** Process id of the helper, null while there is none. */
  readonly helperPid: number | null;
}

class ScriptsOnThisMachine implements LocalExecutor {
  readonly name: string;
  readonly #options: LocalExecutorOptions;
  readonly #cpus: number;
  readonly #jobs = new Map<string, LocalJob>();
  readonly #lanes = new LaneCounts();
  #helper: HelperClient | null = null;
  #events: ExecutorEvent[] = [];
  #closing: Promise<void> | null = null;
  #whenIdle: (() => void) | null = null;

  constructor(options: LocalExecutorOptions) {
    this.name = options.name;
    this.#options = options;
    this.#cpus = options.cpus ?? availableParallelism();
  }

  get helperPid(): number | null {
    return this.#helper?.pid ?? null;
  }

  capacity(): number {
    if (this.#closing !== null) return 0;
    return Math.max(0, Math.ceil(this.#cpus) + LIGHT_JOBS + this.#lanes.ahead - this.#jobs.size);
  }

  readonly ahead: AheadOfTurn = {
    room: () => (this.#closing === null ? this.#lanes.room(performance.now()) : 0),
    takeBack: (ids) => {
      const withHelper = ids.filter((id) => this.#jobs.get(id)?.giveBack() === "helper");
      if (withHelper.length > 0) this.#helper?.send([{ kind: "take-back", ids: withHelper }]);
    },
  };

  submit(specs: readonly JobSpec[], lane: LanePlaces | null = null): void {
    if (lane !== null) this.#lanes.added(lane, specs.length);
    const requests = specs.flatMap((spec) => this.#accept(spec, lane?.key ?? null));
    this.#hold();
    this.#send(requests, lane?.key ?? null);
  }

  #accept(spec: JobSpec, lane: string | null): readonly StartRequest[] {
    const { files, graceMs = 10_000 } = this.#options;
    const job = new LocalJob({
      spec,
      executor: this.name,
      lane,
      files,
      graceMs,
      onEnd: (outcome, atMs = Date.now()) => this.#end(job, { kind: "ended", id: spec.id, outcome, atMs }),
      onReturned: () => this.#end(job, { kind: "returned", id: spec.id }),
    });
    this.#jobs.set(spec.id, job);
    const request = job.request((late) => this.#send([late], lane));
    return request === null ? [] : [request];
  }

  /** Starts go with the number of places that their lane has now. */
  #send(starts: readonly StartRequest[], lane: string | null): void {
    const places: readonly HelperRequest[] =
      lane === null ? [] : [{ kind: "places", lane, count: this.#lanes.placesOf(lane) }];
    if (starts.length > 0 || this.#helper !== null) this.#helperProcess().send([...places, ...starts]);
  }

  adopt(specs: readonly JobSpec[]): Promise<readonly string[]> {
    return Promise.resolve(specs.map(({ id }) => id));
  }

  cancel(ids: readonly string[], graceMs: number): void {
    const started = ids.filter((id) => this.#jobs.get(id)?.cancel() === "helper");
    if (started.length > 0) this.#helper?.send([{ kind: "cancel", ids: started, graceMs }]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#endAll();
    return this.#closing;
  }

  async #endAll(): Promise<void> {
    if (this.#jobs.size > 0) {
      const { promise: idle, resolve } = Promise.withResolvers<void>();
      this.#whenIdle = resolve;
      this.cancel([...this.#jobs.keys()], 0);
      await idle;
    }
    await this.#helper?.close();
    this.#helper = null;
  }

  #helperProcess(): HelperClient {
    this.#helper ??= this.#startHelper();
    return this.#helper;
  }

  #startHelper(): HelperClient {
    const inherited = Object.entries(this.#options.environment ?? process.env);
    return new HelperClient({
      cpus: this.#cpus,
      environment: Object.fromEntries(inherited.filter(([name]) => !name.startsWith("LIGASE_"))),
      onReports: (reports) => reports.forEach((report) => this.#take(report)),
      onGone: (reason) => this.#helperGone(reason),
    });
  }

  #take(report: HelperReport): void {
    switch (report.kind) {
      case "started":
        return this.#tell({ kind: "started", id: report.id, remoteId: null, atMs: report.atMs });
      case "returned":
        return this.#jobs.get(report.id)?.returned();
      case "ended":
        this.#lanes.ended(performance.now());
        return this.#jobs.get(report.id)?.scriptEnded(report);
    }
  }

  #helperGone(reason: string): void {
    this.#helper = null;
    for (const [id, job] of this.#jobs) {
      const lost: EndedReport = {
        kind: "ended",
        id,
        atMs: Date.now(),
        end: { kind: "lost", reason, errno: null },
        usage: { wallMs: 0 },
      };
      if (job.isWithHelper) job.scriptEnded(lost);
    }
  }

  #end({ lane, holdsPlace }: LocalJob, event: Extract<ExecutorEvent, { kind: "ended" | "returned" }>): void {
    this.#jobs.delete(event.id);
    if (lane !== null) this.#lanes.removed(lane);
    if (holdsPlace) this.#helper?.send([{ kind: "free-place", id: event.id }]);
    this.#tell(event);
    this.#hold();
    if (this.#jobs.size === 0) this.#whenIdle?.();
  }

  /** Events of one turn go out together, never from within a call of the scheduler. */
  #tell(event: ExecutorEvent): void {
    if (this.#events.push(event) > 1) return;
    queueMicrotask(() => {
      const events = this.#events;
      this.#events = [];
      this.#options.listener(events);
    });
  }

  /** An idle helper does not keep the engine's process from ending. */
  #hold(): void {
    this.#helper?.hold(this.#jobs.size > 0);
  }
}
