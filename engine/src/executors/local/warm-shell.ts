import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { lineCutter } from "./helper-protocol.ts";
import { SHELL_LOOP } from "./shell-loop.ts";
import { childCpuMs, ioBytes, type IoBytes } from "./usage.ts";

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
  #times: string[] = [];
  #cpuMs = 0;
  #io: IoBytes | null = null;
  #own = { read: 0, written: 0 };

  constructor(listener: ShellListener) {
    this.#listener = listener;
    this.#process = spawn("bash", ["--norc", "--noprofile", "-c", SHELL_LOOP, "ligase-shell"], {
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#listen();
  }

  /** Process id, which is also the number of the session; null when it could not be started. */
  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** Runs a script: `folder` holds `.ligase/run.sh`; `before` is evaluated first. One at a time. */
  run(folder: string, before: string): void {
    if (this.#io === null && this.pid !== null) this.#io = ioBytes(this.pid);
    this.#send(`${folder}\0${before}\0`);
  }

  /** Has the processes killed that `leftBehind` told of. */
  release(): void {
    this.#send("\0");
  }

  /** Lets the shell exit; a script that runs is not ended by this. */
  close(): void {
    this.#process.stdin.end();
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #send(text: string): void {
    this.#own.read += Buffer.byteLength(text);
    this.#process.stdin.write(text);
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
    this.#process.once("exit", (code, signal) =>
      this.#listener.gone(`its shell ended (${signal ?? `exit code ${code}`})`),
    );
  }

  #take(line: string): void {
    if (line.startsWith("S ")) this.#listener.started(Number(line.slice(2)));
    else if (line === "L") this.#listener.leftBehind();
    else if (line.startsWith("E ")) this.#listener.ended(Number(line.slice(2)), this.#usage());
    else this.#times.push(line);
  }

  #usage(): ShellUsage {
    const cpuMs = childCpuMs(this.#times);
    const spent = cpuMs === null ? {} : { cpuMs: Math.max(0, cpuMs - this.#cpuMs) };
    this.#cpuMs = cpuMs ?? this.#cpuMs;
    this.#times = [];
    return { ...spent, ...this.#ioUsage() };
  }

  /** The shell's own messages are taken off what the kernel counted for it and its children. */
  #ioUsage(): ShellUsage {
    const before = this.#io;
    const now = this.pid === null ? null : ioBytes(this.pid);
    const own = this.#own;
    this.#io = now;
    this.#own = { read: 0, written: 0 };
    if (before === null || now === null) return {};
    return {
      bytesRead: Math.max(0, now.read - before.read - own.read),
      bytesWritten: Math.max(0, now.written - before.written - own.written),
    };
  }
}
