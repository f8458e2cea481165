import { closeSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

const CHUNK_BYTES = 64 * 1024;

/** Reads a file that may still grow, each byte once, with little memory whatever its size. */
export class LogReader {
  readonly #path: string;
  readonly #decoder = new StringDecoder("utf8");
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Leaves out what is there. */
  skip(): void {
    this.#position = statSync(this.#path).size;
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
