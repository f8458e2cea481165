import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

const CHUNK_BYTES = 64 * 1024;

/** A log file of an attempt. */
export interface LogFile {
  /** `stdout`, `stderr`, or of a tool that a function ran `run-1.stdout`. */
  readonly name: string;
  readonly path: string;
}

/** The log files of an attempt's folder that exist now. */
export function logFiles(folder: string): readonly LogFile[] {
  const logs = join(folder, ".ligase");
  if (!existsSync(logs)) return [];
  const names = readdirSync(logs).filter((name) => /^(run-\d+\.)?std(out|err)$/.test(name));
  return names.toSorted().map((name) => ({ name, path: join(logs, name) }));
}

/** Reads a file that may still grow, each byte once, with little memory whatever its size. */
export class LogReader {
  readonly #path: string;
  readonly #decoder = new StringDecoder("utf8");
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Hands over what was added since the last time. */
  read(onText: (text: string) => void): void {
    const file = openSync(this.#path, "r");
    try {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (let count = 1; count > 0;) {
        count = readSync(file, buffer, 0, CHUNK_BYTES, this.#position);
        this.#position += count;
        const text = this.#decoder.write(buffer.subarray(0, count));
        if (text !== "") onText(text);
      }
    } finally {
      closeSync(file);
    }
  }
}
