import type { ScriptEnd, StartRequest, StopReason } from "./helper-protocol.ts";
import { groupExists, MARK, MARK_FAMILY, scriptProcesses, sendSignal } from "./processes.ts";
import { quoteAscii } from "./script-text.ts";
import { OWN_SHELL } from "./shell-loop.ts";
import { residentBytes } from "./usage.ts";
import { writeScript } from "./work-folder.ts";
import type { ShellListener, ShellUsage, WarmShell } from "./warm-shell.ts";

/** Longest time that a timer of the host can hold. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const REPEAT_KILL_MS = 100;
const POLL_MS = 10;
/** Memory is looked at soon after the start, for scripts that are short, and then less and less often. */
const FIRST_SAMPLE_MS = 100;
const SAMPLE_EVERY_MS = 200;

let scripts = 0;

/** A script in a warm shell: its time-out, how it is stopped, and what it uses. */
export class RunningScript implements ShellListener {
  readonly request: StartRequest;
  /** Value of the variable that marks what the script starts. */
  readonly mark = `${MARK_FAMILY}${++scripts}`;
  readonly #shell: WarmShell;
  readonly #onEnd: (end: ScriptEnd, usage: ShellUsage) => void;
  /** The script's process group, where the shell must tell it. */
  #group: number | null = null;
  #peakBytes: number | null = null;
  #stop: { readonly why: StopReason; readonly killAtMs: number } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #sampling: NodeJS.Timeout | null = null;
  #wasLong = false;
  #firstEnded = false;
  #told = false;

  constructor(
    request: StartRequest,
    options: {
      readonly shell: WarmShell;
      readonly onEnd: (end: ScriptEnd, usage: ShellUsage) => void;
    },
  ) {
    this.request = request;
    this.#shell = options.shell;
    this.#onEnd = options.onEnd;
    if (request.timeoutMs !== null) this.#endAt(performance.now() + request.timeoutMs);
  }

  /** It went on for so long that somebody may have looked at it: its script was written to its folder. */
  get wasLong(): boolean {
    return this.#wasLong;
  }

  get peakBytes(): number | null {
    return this.#peakBytes;
  }

  /** Has the shell run it. */
  start(): void {
    this.#shell.run(this.#text());
    this.#sampleIn(FIRST_SAMPLE_MS);
  }

  /** What comes before the script stands in the line of the file's first comment, so that lines keep their numbers. */
  #text(): string {
    const { folder, before, run, by } = this.request;
    const head = [
      `cd -- ${quoteAscii(folder)} || exit 126`,
      "exec <&2 >.ligase/stdout 2>.ligase/stderr || exit 126",
      `export ${MARK}=${this.mark}`,
      `${before}BASH_ARGV0=./.ligase/run.sh`,
    ].join("; ");
    if (by === "text") return `${head}${run.slice(run.indexOf("\n"))}`;
    return `${head}; ${by === "file" ? ". ./.ligase/run.sh" : OWN_SHELL}\n`;
  }

  /** TERM to all processes of the script, and KILL after the grace. A second stop can only shorten the grace. */
  stop(why: StopReason, graceMs: number): void {
    const killAtMs = performance.now() + graceMs;
    if (this.#stop !== null && this.#stop.killAtMs <= killAtMs) return;
    const first = this.#stop === null;
    this.#stop = { why: this.#stop?.why ?? why, killAtMs };
    if (first && graceMs > 0) this.#terminate();
    this.#killIn(graceMs);
  }

  started(group: number): void {
    this.#group = group;
  }

  leftBehind(): void {
    this.#firstEnded = true;
    this.#whenDrained(() => this.#shell.release());
  }

  ended(status: number, usage: ShellUsage): void {
    this.#firstEnded = true;
    this.#whenDrained(() => {
      if (this.#stop !== null) this.#signalAll("SIGKILL");
      this.#tellEnd(
        this.#stop === null ? { kind: "exited", status } : { kind: "stopped", why: this.#stop.why, status },
        usage,
      );
    });
  }

  gone(reason: string): void {
    this.#firstEnded = true;
    this.#signalAll("SIGKILL");
    const why = this.#stop?.why;
    this.#tellEnd(
      why === undefined ? { kind: "lost", reason, errno: null } : { kind: "stopped", why, status: null },
      {},
    );
  }

  /** Once: the shell may go while the last processes of a stopped script are waited for. */
  #tellEnd(end: ScriptEnd, usage: ShellUsage): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#sampling !== null) clearTimeout(this.#sampling);
    if (!this.#told) this.#onEnd(end, usage);
    this.#told = true;
  }

  /** Looks how much memory the script takes, again and again. */
  #sampleIn(ms: number): void {
    this.#sampling = setTimeout(() => {
      if (!this.#wasLong) this.#becameLong();
      const bytes = this.#shell.pid === null ? null : residentBytes(this.#shell.pid);
      if (bytes !== null) this.#peakBytes = Math.max(bytes, this.#peakBytes ?? 0);
      this.#sampleIn(Math.min(2 * ms, SAMPLE_EVERY_MS));
    }, ms);
  }

  #becameLong(): void {
    const { request } = this;
    try {
      if (request.by === "text") writeScript(request.folder, request);
      this.#wasLong = true;
    } catch {
      // A full disk, most likely: it is tried again at the end.
    }
  }

  #endAt(atMs: number): void {
    const leftMs = atMs - performance.now();
    this.#timer = setTimeout(
      () => (leftMs > LONGEST_TIMER_MS ? this.#endAt(atMs) : this.stop("timed-out", this.request.graceMs)),
      Math.min(leftMs, LONGEST_TIMER_MS),
    );
  }

  /** The shell may be about to start the script: TERM is sent as soon as there is a process to get it. */
  #terminate(): void {
    if (!this.#signalAll("SIGTERM") && !this.#firstEnded) setTimeout(() => this.#terminate(), POLL_MS);
  }

  #killIn(graceMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#signalAll("SIGKILL");
      // Again until the end is told: a process made while the others were killed must not stay.
      this.#killIn(REPEAT_KILL_MS);
    }, graceMs);
  }

  /** While a script is being stopped, the processes that its first one leaves behind get their grace as well. */
  #whenDrained(then: () => void): void {
    if (this.#stop === null || performance.now() >= this.#stop.killAtMs || !this.#anyLeft()) then();
    else setTimeout(() => this.#whenDrained(then), POLL_MS);
  }

  #anyLeft(): boolean {
    return this.#members().length > 0 || (this.#group !== null && groupExists(this.#group));
  }

  /** Whether there was a process to signal. */
  #signalAll(signal: "SIGTERM" | "SIGKILL"): boolean {
    const members = this.#members();
    const targets = this.#group === null ? members : [...members, -this.#group];
    for (const target of targets) {
      sendSignal(target, signal);
      // A stopped process sees TERM only when it goes on.
      if (signal === "SIGTERM") sendSignal(target, "SIGCONT");
    }
    return targets.length > 0;
  }

  /** Processes of the script: those of the shell's session but the shell, and those elsewhere with its mark. */
  #members(): readonly number[] {
    const shell = this.#shell.pid;
    if (shell === null) return [];
    return scriptProcesses(new Set([shell]))
      .filter(({ pid, zombie, mark }) => (mark === null ? pid !== shell && !zombie : mark === this.mark))
      .map(({ pid }) => pid);
  }
}
