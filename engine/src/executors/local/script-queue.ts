import { holdsPlace, type HelperReport, type ScriptEnd, type StartRequest } from "./helper-protocol.ts";
import { scriptProcesses, sendSignal, type ScriptProcess } from "./processes.ts";
import { RunningScript } from "./running-script.ts";
import { ScriptLanes, type WaitingScript } from "./script-lanes.ts";
import { ShellPool } from "./shell-pool.ts";
import type { ShellUsage } from "./warm-shell.ts";
import { removeTree } from "../../files/removing.ts";
import { makeWorkFolder, removeWorkFiles, writeExit, writeScript } from "./work-folder.ts";

const SWEEP_AFTER_MS = 1000;
/** After a script of this length what it left is looked for before its end is told; looking takes some milliseconds. */
const SWEEP_AT_ONCE_FROM_MS = 250;

/** Runs scripts in warm shells, as many at once as the machine's cpus and the places of their lanes allow. */
export class ScriptQueue {
  readonly #cpus: number;
  readonly #report: (report: HelperReport) => void;
  readonly #shells = new ShellPool();
  readonly #running = new Map<string, RunningScript>();
  readonly #lanes = new ScriptLanes();
  /** Lanes of scripts that ended and keep their place. */
  readonly #holding = new Map<string, string | null>();
  #cpuInUse = 0;
  #sweep: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(cpus: number, report: (report: HelperReport) => void) {
    this.#cpus = cpus;
    this.#report = report;
  }

  start(request: StartRequest): void {
    this.#lanes.add(request);
  }

  setPlaces(lane: string, count: number): void {
    this.#lanes.setPlaces(lane, count);
  }

  /** The outputs of a script that kept its place were taken. */
  freePlace(id: string): void {
    const lane = this.#holding.get(id);
    // One that an earlier helper ran holds nothing here.
    if (lane !== undefined && this.#holding.delete(id)) this.#lanes.left(lane);
  }

  /** Whether scripts are here that have not started. */
  get areWaiting(): boolean {
    return this.#lanes.areWaiting;
  }

  /** Starts what fits; called after a batch of `start`. */
  pump(): void {
    const hasRoom = (request: StartRequest): boolean => this.#hasRoom(request);
    for (let next = this.#lanes.take(hasRoom); next !== null; next = this.#lanes.take(hasRoom))
      this.#run(next);
    for (const waiting of this.#lanes.next()) {
      if (this.#prepare(waiting)) continue;
      this.#lanes.withdraw(new Set([waiting.request.id]));
    }
  }

  cancel(ids: readonly string[], graceMs: number): void {
    const wanted = new Set(ids);
    for (const { request } of this.#lanes.withdraw(wanted))
      this.#tellEnd(request.id, { kind: "stopped", why: "cancelled", status: null }, 0, {});
    for (const id of wanted) this.#running.get(id)?.stop("cancelled", graceMs);
  }

  /** Gives back what has not started, the last first: so each can be put at the head of a line. */
  takeBack(ids: readonly string[]): void {
    for (const { request, isPrepared } of this.#lanes.withdraw(new Set(ids)).toReversed()) {
      if (isPrepared && !request.folderMade) removeTree(request.folder);
      this.#report({ kind: "returned", id: request.id });
    }
  }

  /** Ends everything at once; the process can exit when the shells are gone. */
  close(): void {
    this.#lanes.clear();
    for (const script of this.#running.values()) script.stop("cancelled", 0);
    this.#closing = true;
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    if (this.#running.size === 0) this.#shells.close();
  }

  #hasRoom({ cpu }: StartRequest): boolean {
    // A script that asks for more than there is has the machine for itself; the scheduler refuses it before (R7).
    return this.#running.size === 0 || this.#cpuInUse + cpu <= this.#cpus;
  }

  /** False when that is not possible, and the script's end was told. */
  #prepare(waiting: WaitingScript): boolean {
    if (waiting.isPrepared) return true;
    const { request } = waiting;
    try {
      if (!request.folderMade) makeWorkFolder(request.folder);
      if (request.by !== "text") writeScript(request.folder, request);
      waiting.isPrepared = true;
      return true;
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      this.#tellEnd(request.id, { kind: "not-started", reason: message, errno: code ?? null }, 0, {});
      return false;
    }
  }

  #run(waiting: WaitingScript): void {
    const { request } = waiting;
    if (!this.#prepare(waiting)) return this.#lanes.left(request.lane);
    const startedMs = performance.now();
    const shell = this.#shells.take();
    const script = new RunningScript(request, {
      shell: shell.process,
      onEnd: (end, usage) => {
        const wallMs = performance.now() - startedMs;
        this.#running.delete(request.id);
        // Sums of fractions drift.
        this.#cpuInUse = this.#running.size === 0 ? 0 : this.#cpuInUse - request.cpu;
        this.#shells.giveBack(shell);
        if (wallMs >= SWEEP_AT_ONCE_FROM_MS) this.#sweepLeftovers();
        this.#finish(script, end, wallMs, usage);
      },
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
    const tell = (told: ScriptEnd): void => {
      this.#tellEnd(request.id, told, wallMs, used);
      if (holdsPlace(request, told)) this.#holding.set(request.id, request.lane);
      else this.#lanes.left(request.lane);
      this.pump();
    };
    const untidy = (error: unknown): void => {
      const { message, code } = error as NodeJS.ErrnoException;
      const reason = `its work folder cannot be put in order (${message})`;
      tell({ kind: "lost", reason, errno: code ?? null });
    };
    let tidying: Promise<void> | null = null;
    try {
      tidying = this.#tidy(script, end);
    } catch (error) {
      return untidy(error);
    } finally {
      if (this.#closing && this.#running.size === 0) this.#shells.close();
    }
    if (tidying === null) tell(end);
    else tidying.then(() => tell(end), untidy);
  }

  /** Null when there is nothing left to do. */
  #tidy({ request, wasLong }: RunningScript, end: ScriptEnd): Promise<void> | null {
    if (end.kind !== "exited" && end.kind !== "stopped") return null;
    const isGood = end.kind === "exited" && end.status === 0;
    // The script of a short success is not written for nobody to look at.
    if (!isGood && !wasLong && request.by === "text") writeScript(request.folder, request);
    if (end.status !== null && (!isGood || wasLong)) writeExit(request.folder, end.status);
    return isGood && !request.keepFiles ? removeWorkFiles(request.folder) : null;
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
