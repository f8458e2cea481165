import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { JobLog } from "./job-context.ts";
import type { Mask } from "./masker.ts";

export type LogStream = "stdout" | "stderr";

/** The log of an attempt: `.ligase/stdout` and `.ligase/stderr` in its folder, made when the first line is written. */
export class AttemptLog implements JobLog {
  readonly #folder: string;
  readonly #mask: Mask;
  readonly #files = new Map<LogStream, number>();
  #isClosed = false;

  constructor(folder: string, mask: Mask) {
    this.#folder = folder;
    this.#mask = mask;
  }

  info(text: string): void {
    this.write("stdout", `${text}\n`);
  }

  warn(text: string): void {
    this.write("stderr", `warning: ${text}\n`);
  }

  error(text: string): void {
    this.write("stderr", `error: ${text}\n`);
  }

  /** Adds text as it is. Written at once, so that a job which dies leaves all it said. */
  write(stream: LogStream, text: string): void {
    writeSync(this.#open(stream), this.#mask(text));
    // What a body says after the end of its job is kept, but keeps no file open.
    if (this.#isClosed) this.close();
  }

  close(): void {
    this.#isClosed = true;
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #open(stream: LogStream): number {
    const known = this.#files.get(stream);
    if (known !== undefined) return known;
    const folder = join(this.#folder, ".ligase");
    mkdirSync(folder, { recursive: true });
    const file = openSync(join(folder, stream), "a");
    this.#files.set(stream, file);
    return file;
  }
}
