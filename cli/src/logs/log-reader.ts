import { StringDecoder } from "node:string_decoder";
import type { JobLog } from "../desk/run-desk.ts";

/** Reads a log that may still grow, each byte once, with little memory whatever its size. */
export class LogReader {
  readonly #log: JobLog;
  readonly #decoder = new StringDecoder("utf8");
  #position = 0;

  constructor(log: JobLog) {
    this.#log = log;
  }

  /** Leaves out what is there. */
  async skip(): Promise<void> {
    this.#position = await this.#log.size();
  }

  /** Hands over what was added since the last time. */
  async read(onText: (text: string) => void): Promise<void> {
    for await (const bytes of this.#log.read(this.#position)) {
      this.#position += bytes.length;
      const text = this.#decoder.write(bytes);
      if (text !== "") onText(text);
    }
  }
}
