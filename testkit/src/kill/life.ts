import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Moment } from "./moment.ts";
import type { Scene } from "./scene.ts";

/** A process that lives longer hangs. */
const LONGEST_MS = 120_000;
/** Nothing that it does can hear it: one that hangs may not come to end in order. */
const TIME_IS_UP = "SIGALRM";
/** So long a wait is spent looking at the clock: a timer would be late by more. */
const SPIN_MICROSECONDS = 2_000;
/** Folders of a store whose changes are events. */
const WATCHED = [".", "temporary", "files", "values"];

export interface Death {
  readonly pid: number;
  readonly by: "kill" | "itself" | "hang";
  /** When it was sent SIGKILL, by `performance.now()`; null when it was not. */
  readonly killedAt: number | null;
  readonly code: number | null;
  /** What it wrote to standard error. */
  readonly said: string;
}

/** What is done at a moment of a process. */
export interface Strike {
  readonly at: Moment;
  readonly act: (life: Life) => void;
}

/** That the process is killed, alone. */
export const killing = (at: Moment): Strike => ({ at, act: (life) => life.kill() });

/** One process of the program, from its start to its end or until the moment at which it is killed. */
export class Life {
  readonly #watched: readonly string[];
  readonly #pending: Set<Strike>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #watchers = new Map<string, FSWatcher>();
  #isOver = false;
  #killedAt: number | null = null;
  readonly #seen = { start: 0, event: 0, decision: 0 };
  /** Called at every event. */
  readonly #onEvent: (count: number) => void;

  constructor(options: {
    readonly scene: Scene;
    /** Arguments of Node. */
    readonly command: readonly string[];
    readonly strikes: readonly Strike[];
    readonly onEvent?: (count: number) => void;
  }) {
    const { scene, command, strikes, onEvent = () => undefined } = options;
    // Where the store is not in the root, what is seen of its changes are the bodies that ran.
    const log = scene.store === null ? [] : [scene.log];
    this.#watched = [...WATCHED.map((name) => join(scene.root, name)), ...log];
    this.#pending = new Set(strikes);
    this.#onEvent = onEvent;
    this.#child = spawn(process.execPath, command, {
      cwd: scene.disk,
      env: scene.environment,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_MS,
      killSignal: TIME_IS_UP,
    });
    this.#watch();
    this.#happened("start", 0);
  }

  /** Hands each line on as it is printed. */
  async untilEnd(onLine: (line: string) => void): Promise<Death> {
    const child = this.#child;
    const said = text(child.stderr);
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      onLine(line);
      this.#happened("event");
    });
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    this.#isOver = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    const by = signal === "SIGKILL" ? "kill" : signal === TIME_IS_UP ? "hang" : "itself";
    const killedAt = by === "kill" ? this.#killedAt : null;
    return { pid: child.pid ?? 0, by, killedAt, code, said: await said };
  }

  /** Strikes at a moment that counts from now on. */
  expect({ at, act }: Strike): void {
    const due = { act, at: { ...at, count: this.#seen[at.after] + at.count } };
    this.#pending.add(due);
    if (at.after === "start") this.#strikeIn(due);
  }

  /** A decision of this run was accepted. */
  decided(): void {
    this.#happened("decision");
  }

  kill(): void {
    this.#killedAt ??= performance.now();
    this.#child.kill("SIGKILL");
  }

  /** Asks it to end, as who is at its terminal does. */
  end(): void {
    this.#child.kill("SIGTERM");
  }

  #happened(what: Moment["after"], step = 1): void {
    const count = (this.#seen[what] += step);
    if (what === "event") this.#onEvent(count);
    for (const strike of this.#pending)
      if (strike.at.after === what && count === strike.at.count) this.#strikeIn(strike);
  }

  #strikeIn(due: Strike): void {
    const { microseconds } = due.at;
    const at = process.hrtime.bigint() + BigInt(microseconds) * 1_000n;
    const strike = (): void => {
      while (process.hrtime.bigint() < at);
      if (!this.#isOver && this.#pending.delete(due)) due.act(this);
    };
    if (microseconds <= SPIN_MICROSECONDS) strike();
    else setTimeout(strike, (microseconds - SPIN_MICROSECONDS) / 1_000);
  }

  #watch(): void {
    if (this.#isOver) return;
    for (const path of this.#watched) {
      if (this.#watchers.has(path) || !existsSync(path)) continue;
      const watcher = watch(path, () => {
        this.#happened("event");
        this.#watch();
      });
      // A folder that goes away is no longer watched.
      watcher.on("error", () => watcher.close());
      this.#watchers.set(path, watcher);
    }
  }
}
