import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Decision } from "@ligase/engine/testing";
import type { Scene } from "../scene.ts";
import type { ClientLine, ClientTask } from "./lines.ts";

const CLIENT = fileURLToPath(new URL("client.ts", import.meta.url));

/** What a decision was answered; null when its client died before it knew. */
export type ClientAnswer = Pick<ClientLine, "gate" | "code"> | null;

/** A process that decides gates, from its start until it is killed or the run is over. */
export class ClientProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (answer: ClientAnswer) => void>();
  readonly #closed: Promise<unknown>;
  #count = 0;
  isAlive = true;

  constructor({ root, store, environment, disk }: Scene) {
    this.#child = spawn(process.execPath, ["--no-warnings", CLIENT, root, store ?? ""], {
      cwd: disk,
      env: environment,
      stdio: ["pipe", "pipe", "inherit"],
    });
    // It may be gone before a line is written.
    this.#child.stdin.on("error", () => undefined);
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#hear(line));
    this.#closed = once(this.#child, "close").then(() => this.#over());
  }

  /** Rejects never: who is killed leaves its callers without an answer. */
  decide(decision: Decision): Promise<ClientAnswer> {
    const task: ClientTask = { number: ++this.#count, decision };
    if (!this.isAlive) return Promise.resolve(null);
    this.#child.stdin.write(`${JSON.stringify(task)}\n`);
    return new Promise((resolve) => {
      this.#waiting.set(task.number, resolve);
    });
  }

  #hear(line: string): void {
    const { number, ...answer } = parsed(line);
    this.#waiting.get(number)?.(answer);
    this.#waiting.delete(number);
  }

  #over(): void {
    this.isAlive = false;
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

/** A process that is killed may leave half a line. */
function parsed(line: string): ClientLine {
  try {
    return JSON.parse(line) as ClientLine;
  } catch {
    return { number: 0 };
  }
}
