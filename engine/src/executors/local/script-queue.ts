import type { HelperReport, ScriptEnd, StartRequest } from "./helper-protocol.ts";
import { scriptProcesses, sendSignal, type ScriptProcess } from "./processes.ts";
import { RunningScript } from "./running-script.ts";
import { ShellPool } from "./shell-pool.ts";
import type { ShellUsage } from "./warm-shell.ts";
import { makeWorkFolder, removeWorkFiles, writeExit, writeScript } from "./work-folder.ts";

/** Scripts whose folders are made while others run, so that a shell which gets free need not wait. */
const PREPARED_AHEAD = 2;
const SWEEP_AFTER_MS = 1000;
/** After a script of this length what it left is looked for before its end is told; looking takes some milliseconds. */
const SWEEP_AT_ONCE_FROM_MS = 250;

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
      // Sums of fractions drift.
      this.#cpuInUse = this.#running.size === 0 ? 0 : this.#cpuInUse - request.cpu;
      this.#shells.giveBack(shell);
      if (wallMs >= SWEEP_AT_ONCE_FROM_MS) this.#sweepLeftovers();
      // The next script first: its shell works while this one's folder is put in order.
      this.pump();
      this.#finish(script, end, wallMs, usage);
    });
    this.#running.set(request.id, script);
    this.#cpuInUse += request.cpu;
    shell.serve(script);
    script.start();
    this.#report({ kind: "started", id: request.id, atMs: Date.now() });
  }

  #finish(script: RunningScript, end: ScriptEnd, wallMs: number, usage: ShellUsage): void {
    const { request, peakBytes } = script;
    const memory = peakBytes === null ? {} : { peakMemoryBytes: peakBytes, memorySource: "sampled" as const };
    const used = { ...usage, ...memory };
    const untidy = (error: unknown): void => {
      const { message, code } = error as NodeJS.ErrnoException;
      const reason = `its work folder cannot be put in order (${message})`;
      this.#tellEnd(request.id, { kind: "lost", reason, errno: code ?? null }, wallMs, used);
    };
    try {
      const tidying = this.#tidy(request, end);
      if (tidying === null) this.#tellEnd(request.id, end, wallMs, used);
      else tidying.then(() => this.#tellEnd(request.id, end, wallMs, used), untidy);
    } catch (error) {
      untidy(error);
    }
    if (this.#closing && this.#running.size === 0) this.#shells.close();
  }

  #tidy(request: StartRequest, end: ScriptEnd): Promise<void> | null {
    if (end.kind !== "exited" && end.kind !== "stopped") return null;
    if (end.status !== null) writeExit(request.folder, end.status);
    const removable = end.kind === "exited" && end.status === 0 && !request.keepFiles;
    return removable ? removeWorkFiles(request.folder) : null;
  }

  #tellEnd(id: string, end: ScriptEnd, wallMs: number, usage: ShellUsage): void {
    this.#report({
      kind: "ended",
      id,
      atMs: Date.now(),
      end,
      usage: { wallMs: Math.round(wallMs * 1000) / 1000, ...usage },
    });
    this.#sweepSoon();
  }

  #sweepSoon(): void {
    if (!this.#closing) this.#sweep ??= setTimeout(() => this.#sweepLeftovers(), SWEEP_AFTER_MS);
  }

  /**
   * Kills what ended scripts left behind. The shell kills the script's group; what is in another group is found by its
   * session, and what left the session by its mark. While the helper closes this is the watchdog's work.
   */
  #sweepLeftovers(): void {
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    this.#sweep = null;
    const current = new Map(this.#shells.sessions());
    const found = scriptProcesses(new Set(current.keys()));
    const left = found.filter((process) => this.#isLeft(process, { found, current }));
    for (const { pid } of left) sendSignal(pid, "SIGKILL");
    // One of them may have started another meanwhile.
    if (left.length > 0) this.#sweepSoon();
  }

  #isLeft(
    process: ScriptProcess,
    {
      found,
      current,
    }: { found: readonly ScriptProcess[]; current: ReadonlyMap<number, RunningScript | null> },
  ): boolean {
    const { pid, session, zombie, mark, startTicks } = process;
    if (mark !== null) return ![...this.#running.values()].some((script) => script.mark === mark);
    if (pid === session || zombie) return false;
    if (current.get(session) === null) return true;
    // The shell has one child: the first process of the script that it runs. What began before cannot be of it.
    const first = found.find(({ parent }) => parent === session);
    return first !== undefined && startTicks < first.startTicks;
  }
}
