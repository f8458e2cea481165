import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { GUARD_FD, JOBS_FD, LineReader, RESULTS_FD, toLine, type FromGuard } from "./lines.ts";
import type { ProcessEnd } from "./lost-child.ts";
import { readTail, signalGroup } from "@ligase/sdk/internal";
import type { FromChild, ToChild } from "./wire.ts";

export interface ChildOptions {
  /** The program of a child, and what it is given. */
  readonly program: string;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
  /** File that takes what the process prints outside of jobs. */
  readonly logPath: string;
}

/** What a child does, told in the order it happens; `exited` is the last. */
export interface ChildEvents {
  messages(messages: readonly FromChild[]): void;
  guard(messages: readonly FromGuard[]): void;
  exited(end: ProcessEnd): void;
}

/** A process of the pool: its start, its channels and its end. It knows nothing of what the jobs mean. */
export class PoolChild {
  readonly #process: ChildProcess;
  /** By file descriptor. */
  readonly #pipes: readonly (Readable | Writable | null | undefined)[];
  readonly #logPath: string;
  readonly #groups = new Set<number>();
  /** A child that could not be started has no process id, and ends at once. */
  readonly exited: Promise<void>;

  constructor(options: ChildOptions, events: ChildEvents) {
    this.#logPath = options.logPath;
    const log = openSync(options.logPath, "w");
    // Its own process group: Ctrl-C in a terminal is for the engine, which then decides what becomes of the jobs.
    this.#process = spawn(process.execPath, [...options.execArgv, options.program, ...options.args], {
      stdio: ["ignore", log, log, "pipe", "pipe", "pipe"],
      detached: true,
    });
    closeSync(log);
    this.#pipes = this.#process.stdio;
    this.#listen(events);
    this.exited = this.#untilEnd(events);
  }

  send(message: ToChild): void {
    (this.#pipes[JOBS_FD] as Writable).write(toLine(message));
  }

  /** Asks the guard to take jobs back that the child has not begun. */
  revoke(seqs: readonly number[]): void {
    (this.#pipes[GUARD_FD] as Writable).write(toLine({ revoke: seqs }));
  }

  /** Ends the process at once; tools that it ran end with it. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  noteGroup(group: number, isAlive: boolean): void {
    if (isAlive) this.#groups.add(group);
    else this.#groups.delete(group);
  }

  #listen(events: ChildEvents): void {
    const results = new LineReader<FromChild>();
    const answers = new LineReader<FromGuard>();
    (this.#pipes[RESULTS_FD] as Readable).on("data", (chunk: Buffer) => events.messages(results.push(chunk)));
    (this.#pipes[GUARD_FD] as Duplex).on("data", (chunk: Buffer) => events.guard(answers.push(chunk)));
    // Writing to a child that just died fails; its end is told by `exited`, which is the only place that acts on it.
    for (const fd of [JOBS_FD, RESULTS_FD, GUARD_FD]) this.#pipes[fd]?.on("error", () => undefined);
  }

  /** `close` comes after all that the child wrote was read. */
  #untilEnd(events: ChildEvents): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let hasEnded = false;
    const end = (exitCode: number | null, exitSignal: NodeJS.Signals | null, said?: string): void => {
      if (hasEnded) return;
      hasEnded = true;
      for (const group of this.#groups) signalGroup(group, "SIGKILL");
      events.exited({ exitCode, exitSignal, tail: said ?? readTail(this.#logPath) });
      resolve();
    };
    this.#process.once("close", end);
    this.#process.once("error", (error) => end(null, null, error.message));
    return promise;
  }
}
