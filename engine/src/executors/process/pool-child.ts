import { spawn, type ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { readTailOf, signalGroup } from "@ligase/sdk/internal";
import { GUARD_FD, JOBS_FD, LineReader, RESULTS_FD, toLine, type FromGuard } from "./lines.ts";
import type { ProcessEnd } from "./lost-child.ts";
import { openNamelessFile } from "./nameless-file.ts";
import { readAnswer, readMessage, type ChildMessage, type ToChild } from "./wire.ts";

/** Time that an idle child has to end by itself. */
const LEAVE_MS = 1_000;

export interface ChildOptions {
  /** The program of a child, and what it is given. */
  readonly program: string;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a child does, told in the order it happens; `exited` is the last. */
export interface ChildEvents {
  messages(messages: readonly ChildMessage[]): void;
  guard(messages: readonly FromGuard[]): void;
  exited(end: ProcessEnd): void;
}

/** A process of the pool: its start, its channels and its end. It knows nothing of what the jobs mean. */
export class PoolChild {
  readonly #process: ChildProcess;
  /** By file descriptor. */
  readonly #pipes: readonly (Readable | Writable | null | undefined)[];
  /** Takes what the process prints outside of jobs. */
  readonly #log: number;
  readonly #groups = new Set<number>();
  /** What it did that ends it at once. */
  #fault: string | null = null;
  #leaveTimer: NodeJS.Timeout | undefined;
  /** A child that could not be started has no process id, and ends at once. */
  readonly exited: Promise<void>;

  /** Throws when this process has no file descriptor left. */
  constructor(options: ChildOptions, events: ChildEvents) {
    this.#log = openNamelessFile();
    try {
      this.#process = spawn(process.execPath, [...options.execArgv, options.program, ...options.args], {
        stdio: ["ignore", this.#log, this.#log, "pipe", "pipe", "pipe"],
        env: options.env,
        // Its own process group: Ctrl-C in a terminal is for the engine, which then decides what becomes of the jobs.
        detached: true,
      });
    } catch (error) {
      closeSync(this.#log);
      throw error;
    }
    // Without file descriptors for them there are no pipes, and the end follows.
    const { stdio }: { readonly stdio?: ChildProcess["stdio"] } = this.#process;
    this.#pipes = stdio ?? [];
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

  /** Lets an idle child end by itself: Node keeps what it compiled for the next one only then. */
  leave(): void {
    (this.#pipes[JOBS_FD] as Writable).end();
    this.#leaveTimer = setTimeout(() => this.kill(), LEAVE_MS);
  }

  noteGroup(group: number, isAlive: boolean): void {
    if (isAlive) this.#groups.add(group);
    else this.#groups.delete(group);
  }

  #listen(events: ChildEvents): void {
    let messages: ChildMessage[] = [];
    const results = new LineReader<unknown>((message) => messages.push(readMessage(message)));
    this.#pipes[RESULTS_FD]?.on("data", (chunk: Buffer) => {
      messages = [];
      this.#read(results, chunk);
      events.messages(messages);
    });
    let answers: FromGuard[] = [];
    const guard = new LineReader<unknown>((message) => answers.push(readAnswer(message)));
    this.#pipes[GUARD_FD]?.on("data", (chunk: Buffer) => {
      answers = [];
      this.#read(guard, chunk);
      events.guard(answers);
    });
    // Writing to a child that just died fails; its end is told by `exited`, which is the only place that acts on it.
    for (const fd of [JOBS_FD, RESULTS_FD, GUARD_FD]) this.#pipes[fd]?.on("error", () => undefined);
  }

  /** The pipes are open to user code. What it writes there by mistake may cost its job, not the engine. */
  #read(reader: LineReader<unknown>, chunk: Buffer): void {
    if (this.#fault !== null) return;
    try {
      reader.push(chunk);
    } catch (error) {
      this.#fault = `it wrote into the talk with the pool: ${error instanceof Error ? error.message : String(error)}`;
      this.kill();
    }
  }

  /** `close` comes after all that the child wrote was read. */
  #untilEnd(events: ChildEvents): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let hasEnded = false;
    const end = (exitCode: number | null, exitSignal: NodeJS.Signals | null, cause: string | null): void => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(this.#leaveTimer);
      for (const group of this.#groups) signalGroup(group, "SIGKILL");
      const tail = readTailOf(this.#log);
      closeSync(this.#log);
      events.exited({ exitCode, exitSignal, cause, tail });
      resolve();
    };
    this.#process.once("close", (exitCode, exitSignal) => end(exitCode, exitSignal, this.#fault));
    this.#process.once("error", (error) => end(null, null, error.message));
    return promise;
  }
}
