import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Scene } from "../scene.ts";
import { parsedLine, type ClientAnswer, type ClientLine, type ClientTask } from "./lines.ts";

/** A process that sends what others want sent, from its start until it is killed or the run is over. */
export class ClientProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (answer: ClientAnswer | null) => void>();
  readonly #closed: Promise<unknown>;
  #count = 0;
  isAlive = true;
  /** How it ended that it may not end so. */
  broken: string | null = null;

  /** @param command arguments of Node */
  constructor({ environment, disk }: Scene, command: readonly string[]) {
    this.#child = spawn(process.execPath, ["--no-warnings", ...command], {
      cwd: disk,
      env: environment,
      stdio: ["pipe", "pipe", "inherit"],
    });
    // It may be gone before a line is written.
    this.#child.stdin.on("error", () => undefined);
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#hear(line));
    this.#closed = once(this.#child, "close").then(([code]) => this.#over(code as number | null));
  }

  /** Rejects never: who is killed leaves its callers without an answer. */
  send(what: Omit<ClientTask, "number">): Promise<ClientAnswer | null> {
    const task: ClientTask = { number: ++this.#count, ...what };
    if (!this.isAlive) return Promise.resolve(null);
    this.#child.stdin.write(`${JSON.stringify(task)}\n`);
    return new Promise((resolve) => {
      this.#waiting.set(task.number, resolve);
    });
  }

  #hear(line: string): void {
    const told = parsedLine(line) as ClientLine | null;
    if (told === null) return;
    this.#waiting.get(told.number)?.(told.answer);
    this.#waiting.delete(told.number);
  }

  /** @param code null when it was killed */
  #over(code: number | null): void {
    this.isAlive = false;
    if (code !== null && code !== 0) this.broken = `a client ended with exit code ${code}`;
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }

  kill(): void {
    this.isAlive = false;
    this.#child.kill("SIGKILL");
  }

  /** Lets it end. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }
}
