import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Moment } from "./moment.ts";
import { followCommand, type Scene } from "./scene.ts";

/** A process that lives longer hangs. */
const LONGEST_MS = 120_000;
/** So long a wait is spent looking at the clock: a timer would be late by more. */
const SPIN_MICROSECONDS = 2_000;
/** Folders of a store whose changes are events. */
const WATCHED = [".", "temporary", "files", "values"];

export interface Death {
  readonly by: "kill" | "itself" | "hang";
  readonly code: number | null;
  /** What it wrote to standard error. */
  readonly said: string;
}

/** One process of the program, from its start to its end or until the moment at which it is killed. */
export class Life {
  readonly #root: string;
  readonly #moment: Moment | null;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #watchers = new Map<string, FSWatcher>();
  #isStruck = false;
  #isOver = false;
  readonly #seen = { start: 0, event: 0, decision: 0 };
  /** Called at every event. */
  readonly #onEvent: (count: number) => void;

  constructor(options: {
    readonly scene: Scene;
    readonly run: string | null;
    readonly moment: Moment | null;
    readonly onEvent?: (count: number) => void;
  }) {
    const { scene, run, moment, onEvent = () => undefined } = options;
    this.#root = scene.root;
    this.#moment = moment;
    this.#onEvent = onEvent;
    this.#child = spawn(process.execPath, followCommand(scene.place, run), {
      cwd: scene.disk,
      env: scene.environment,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LONGEST_MS,
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
    const by = signal === "SIGKILL" ? "kill" : signal === "SIGTERM" ? "hang" : "itself";
    return { by, code, said: await said };
  }

  /** A decision of this run was accepted. */
  decided(): void {
    this.#happened("decision");
  }

  #happened(what: Moment["after"], step = 1): void {
    const count = (this.#seen[what] += step);
    if (what === "event") this.#onEvent(count);
    if (this.#moment?.after === what && count === this.#moment.count) this.#killIn(this.#moment.microseconds);
  }

  #killIn(microseconds: number): void {
    const at = process.hrtime.bigint() + BigInt(microseconds) * 1_000n;
    const strike = (): void => {
      while (process.hrtime.bigint() < at);
      if (this.#isStruck) return;
      this.#isStruck = true;
      this.#child.kill("SIGKILL");
    };
    if (microseconds <= SPIN_MICROSECONDS) strike();
    else setTimeout(strike, (microseconds - SPIN_MICROSECONDS) / 1_000);
  }

  #watch(): void {
    for (const name of this.#isOver ? [] : WATCHED) {
      const path = join(this.#root, name);
      if (this.#watchers.has(name) || !existsSync(path)) continue;
      const watcher = watch(path, () => {
        this.#happened("event");
        this.#watch();
      });
      // A folder that goes away is no longer watched.
      watcher.on("error", () => watcher.close());
      this.#watchers.set(name, watcher);
    }
  }
}
