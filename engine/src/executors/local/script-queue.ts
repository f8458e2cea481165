import type { HelperReport, ScriptEnd, StartRequest } from "./helper-protocol.ts";
import { processesOfSessions, sendSignal } from "./processes.ts";
import { RunningScript } from "./running-script.ts";
import { ShellPool } from "./shell-pool.ts";
import type { ShellUsage } from "./warm-shell.ts";
import { makeWorkFolder, removeWorkFiles, writeExit, writeScript } from "./work-folder.ts";

/** Scripts whose folders are made while others run, so that a shell which gets free need not wait. */
const PREPARED_AHEAD = 2;
const SAMPLE_EVERY_MS = 200;
const SWEEP_AFTER_MS = 1000;

interface Waiting {
  readonly request: StartRequest;
  prepared: boolean;
}

/** Runs scripts in warm shells, as many at once as the machine's cpus allow, in the order given. */
export class ScriptQueue {
  readonly #cpus: number;
  readonly #report: (report: HelperReport) => void;
  readonly #shells = new ShellPool();
  readonly #running = new Map<string, RunningScript>();
  #waiting: Waiting[] = [];
  #cpuInUse = 0;
  #sampling: NodeJS.Timeout | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(cpus: number, report: (report: HelperReport) => void) {
    this.#cpus = cpus;
    this.#report = report;
  }

  start(request: StartRequest): void {
    this.#waiting.push({ request, prepared: false });
  }

  /** Starts what fits; called after a batch of `start`. */
  pump(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#fits(next.request);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#run(next);
    }
    for (const waiting of this.#waiting.slice(0, PREPARED_AHEAD)) this.#prepare(waiting);
  }

  cancel(ids: readonly string[], graceMs: number): void {
    const wanted = new Set(ids);
    const dropped = this.#waiting.filter(({ request }) => wanted.has(request.id));
    this.#waiting = this.#waiting.filter(({ request }) => !wanted.has(request.id));
    for (const { request } of dropped)
      this.#tellEnd(request.id, { kind: "stopped", why: "cancelled", status: null }, 0, {});
    for (const id of wanted) this.#running.get(id)?.stop("cancelled", graceMs);
  }

  /** Ends everything at once; the process can exit when the shells are gone. */
  close(): void {
    this.#waiting = [];
    for (const script of this.#running.values()) script.stop("cancelled", 0);
    this.#closing = true;
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    if (this.#running.size === 0) this.#shells.close();
  }

  #fits({ cpu }: StartRequest): boolean {
    // A script that asks for more than there is has the machine for itself; the scheduler refuses it before (R7).
    return this.#running.size === 0 || this.#cpuInUse + cpu <= this.#cpus;
  }

  #prepare(waiting: Waiting): boolean {
    if (waiting.prepared) return true;
    const { request } = waiting;
    try {
      if (!request.folderMade) makeWorkFolder(request.folder);
      writeScript(request.folder, request);
      waiting.prepared = true;
      return true;
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      this.#tellEnd(request.id, { kind: "not-started", reason: message, errno: code ?? null }, 0, {});
      return false;
    }
  }

  #run(waiting: Waiting): void {
    if (!this.#prepare(waiting)) return;
    const { request } = waiting;
    const startedMs = performance.now();
    const shell = this.#shells.take();
    const script = new RunningScript(request, shell.process, (end, usage) => {
      const wallMs = performance.now() - startedMs;
      this.#running.delete(request.id);
      this.#cpuInUse -= request.cpu;
      this.#shells.giveBack(shell);
      // The next script first: its shell works while this one's folder is put in order.
      this.pump();
      this.#finish(script, end, wallMs, usage);
    });
    this.#running.set(request.id, script);
    this.#cpuInUse += request.cpu;
    shell.serve(script);
    shell.process.run(request.folder, request.before);
    this.#report({ kind: "started", id: request.id, atMs: Date.now() });
    this.#sampling ??= setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
  }

  #finish(script: RunningScript, end: ScriptEnd, wallMs: number, usage: ShellUsage): void {
    const { request, peakBytes } = script;
    const memory = peakBytes === null ? {} : { peakMemoryBytes: peakBytes, memorySource: "sampled" as const };
    const used = { ...usage, ...memory };
    const untidy = (error: unknown): void => {
      const reason = `its work folder cannot be put in order (${(error as Error).message})`;
      this.#tellEnd(request.id, { kind: "lost", reason }, wallMs, used);
    };
    try {
      const tidying = this.#tidy(request, end);
      if (tidying === null) this.#tellEnd(request.id, end, wallMs, used);
      else tidying.then(() => this.#tellEnd(request.id, end, wallMs, used), untidy);
    } catch (error) {
      untidy(error);
    }
    if (this.#running.size === 0) this.#idle();
  }

  #tidy(request: StartRequest, end: ScriptEnd): Promise<void> | null {
    if (end.kind !== "exited" && end.kind !== "stopped") return null;
    if (end.status !== null) writeExit(request.folder, end.status);
    const removable = end.kind === "exited" && end.status === 0 && !request.keepFiles;
    return removable ? removeWorkFiles(request.folder) : null;
  }

  #idle(): void {
    if (this.#sampling !== null) clearInterval(this.#sampling);
    this.#sampling = null;
    if (this.#closing) this.#shells.close();
  }

  #tellEnd(id: string, end: ScriptEnd, wallMs: number, usage: ShellUsage): void {
    this.#report({
      kind: "ended",
      id,
      atMs: Date.now(),
      end,
      usage: { wallMs: Math.round(wallMs * 1000) / 1000, ...usage },
    });
    if (!this.#closing) this.#sweep ??= setTimeout(() => this.#sweepLeftovers(), SWEEP_AFTER_MS);
  }

  #sample(): void {
    for (const script of this.#running.values()) script.sampleMemory();
  }

  /**
   * Kills what ended scripts left in groups of their own making: the shell kills the script's group, the rest is found by
   * session. What began before the shell's present script cannot be of it.
   */
  #sweepLeftovers(): void {
    this.#sweep = null;
    const current = new Map(this.#shells.sessions());
    const found = processesOfSessions(new Set(current.keys()));
    for (const process of found) {
      if (process.pid === process.session || process.zombie) continue;
      const isBusy = current.get(process.session) !== null;
      // The shell has one child: the first process of the script that it runs.
      const first = found.find(({ parent }) => parent === process.session);
      const isLeft = !isBusy || (first !== undefined && process.startTicks < first.startTicks);
      if (isLeft) sendSignal(process.pid, "SIGKILL");
    }
  }
}
