import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Graph } from "../graph.ts";
import type { Scene } from "../scene.ts";
import type { ResumeRequest } from "./resume-after-cut.ts";

const PROGRAM = fileURLToPath(new URL("./resume-after-cut.ts", import.meta.url));
/** One that takes longer hangs. */
const LONGEST_MS = 300_000;

/** A process that resumes the run of a scene as often as it is asked. */
export class Resumer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(scene: Scene, { answers }: Graph) {
    const request: ResumeRequest = { place: scene.place, answers: Object.fromEntries(answers) };
    this.#child = spawn(process.execPath, [...process.execArgv, PROGRAM, JSON.stringify(request)], {
      cwd: scene.disk,
      env: scene.environment,
      stdio: ["pipe", "pipe", "inherit"],
      timeout: LONGEST_MS,
    });
    this.#reader = createInterface({ input: this.#child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Null when the run of the scene's store succeeded, or else what went wrong. */
  async resume(): Promise<string | null> {
    this.#child.stdin.write("\n");
    const next: IteratorResult<string, unknown> = await this.#lines.next();
    if (next.done === true) return "the process that resumed it ended";
    return JSON.parse(next.value) as string | null;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "close");
  }
}
