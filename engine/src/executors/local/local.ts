import { availableParallelism } from "node:os";
import type { Executor, ExecutorEvent, ExecutorListener } from "../../ports/executor.ts";
import type { FileStore } from "../../ports/file-store.ts";
import type { JobSpec, Outcome } from "@ligase/sdk/internal";
import { HelperClient } from "./helper-client.ts";
import type { EndedReport, HelperReport } from "./helper-protocol.ts";
import { LocalJob } from "./local-job.ts";

/** Jobs taken beyond those that run, so that a shell which gets free finds the next one at hand. */
const TAKEN_AHEAD = 64;

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
    return this.#closing === null ? Math.max(0, Math.ceil(this.#cpus) + TAKEN_AHEAD - this.#jobs.size) : 0;
  }

  submit(specs: readonly JobSpec[]): void {
    const { files, graceMs = 10_000 } = this.#options;
    const requests = specs.flatMap((spec) => {
      const job = new LocalJob({
        spec,
        executor: this.name,
        files,
        graceMs,
        onEnd: (outcome) => this.#end(spec.id, outcome),
      });
      this.#jobs.set(spec.id, job);
      return job.request((late) => this.#helperProcess().send([late])) ?? [];
    });
    this.#hold();
    if (requests.length > 0) this.#helperProcess().send(requests);
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
    if (report.kind === "ended") return this.#jobs.get(report.id)?.scriptEnded(report);
    this.#tell({ kind: "started", id: report.id, remoteId: null, atMs: report.atMs });
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

  #end(id: string, outcome: Outcome): void {
    this.#jobs.delete(id);
    this.#tell({ kind: "ended", id, outcome, atMs: Date.now() });
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
