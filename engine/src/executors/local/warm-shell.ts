import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { lineCutter } from "./helper-protocol.ts";
import { HAS_PROC } from "./processes.ts";
import { shellLoop, shellRequest } from "./shell-loop.ts";
import { childCpuMs, UsageReader, type ProcessUsage } from "./usage.ts";

/** What a warm shell tells of the script that it runs. */
export interface ShellListener {
  /** The script runs, in a process group of this number. Told only where there is no `/proc`. */
  started(group: number): void;
  /** The script's first process ended, others of its group live; `release` has them killed. */
  leftBehind(): void;
  ended(status: number, usage: ShellUsage): void;
  /** The shell is gone: with a script that it ran, or before it could take one. */
  gone(reason: string): void;
}

/** What the script and its children used, as far as the system tells. Exact: taken from ended processes. */
export interface ShellUsage {
  readonly cpuMs?: number;
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
}

/** A bash that waits for scripts and runs one at a time in a fork of itself. It leads its own session. */
export class WarmShell {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #listener: ShellListener;
  readonly #reader: UsageReader | null = null;
  #before: ProcessUsage | null = null;
  #times: string[] = [];
  #timesMs = 0;
  #own = { read: 0, written: 0 };

  constructor(listener: ShellListener) {
    this.#listener = listener;
    this.#process = spawn("bash", ["--norc", "--noprofile", "-c", shellLoop(HAS_PROC), "ligase-shell"], {
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    if (HAS_PROC && this.pid !== null) this.#reader = new UsageReader(this.pid);
    this.#listen();
  }

  /** Process id, which is also the number of the session; null when it could not be started. */
  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** Has a fork of the shell evaluate a text, in ASCII. One at a time. */
  run(text: string): void {
    this.#before ??= this.#reader?.read() ?? null;
    this.#send(shellRequest(text, HAS_PROC));
  }

  /** Has the processes killed that `leftBehind` told of. */
  release(): void {
    this.#send("\n");
  }

  /** Lets the shell exit; a script that runs is not ended by this. */
  close(): void {
    this.#process.stdin.end();
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #send(text: string): void {
    this.#own.read += text.length;
    this.#process.stdin.write(text, "latin1");
  }

  #listen(): void {
    const cut = lineCutter();
    this.#process.stdout.setEncoding("latin1");
    this.#process.stdout.on("data", (chunk: string) => {
      this.#own.written += chunk.length;
      for (const line of cut(chunk)) this.#take(line);
    });
    // Writing to a shell that is gone fails; its exit is told anyway.
    this.#process.stdin.on("error", () => undefined);
    this.#process.once("error", (error) => this.#listener.gone(`bash cannot be started (${error.message})`));
    this.#process.once("exit", (code, signal) => {
      this.#reader?.close();
      this.#listener.gone(`its shell ended (${signal ?? `exit code ${code}`})`);
    });
  }

  #take(line: string): void {
    if (line.startsWith("S ")) this.#listener.started(Number(line.slice(2)));
    else if (line === "L") this.#listener.leftBehind();
    else if (line.startsWith("E ")) this.#listener.ended(Number(line.slice(2)), this.#usage());
    else this.#times.push(line);
  }

  #usage(): ShellUsage {
    return this.#reader === null ? this.#timesUsage() : this.#readUsage(this.#reader);
  }

  #timesUsage(): ShellUsage {
    const cpuMs = childCpuMs(this.#times);
    this.#times = [];
    if (cpuMs === null) return {};
    const spent = Math.max(0, cpuMs - this.#timesMs);
    this.#timesMs = cpuMs;
    return { cpuMs: spent };
  }

  /** The shell's own messages are taken off what the kernel counted for it and its children. */
  #readUsage(reader: UsageReader): ShellUsage {
    const before = this.#before;
    const now = reader.read();
    const own = this.#own;
    this.#before = now;
    this.#own = { read: 0, written: 0 };
    if (before === null || now === null) return {};
    const cpuMs = Math.max(0, now.childCpuMs - before.childCpuMs);
    if (before.io === null || now.io === null) return { cpuMs };
    return {
      cpuMs,
      bytesRead: Math.max(0, now.io.read - before.io.read - own.read),
      bytesWritten: Math.max(0, now.io.written - before.io.written - own.written),
    };
  }
}
