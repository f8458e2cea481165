/* Messages as lines of JSON. Without imports: the guard's thread shall be up at once and stay small. */

export const JOBS_FD = 3;
export const RESULTS_FD = 4;
export const GUARD_FD = 5;

/** Longest line that is put together: the largest value there may be (64 MiB), escaped, and room to spare. */
const MAX_LINE_BYTES = 256 * 2 ** 20;

export const toLine = (message: object): string => `${JSON.stringify(message)}\n`;

/** Puts pieces of a stream together to lines and gives each message that is complete. */
export class LineReader<Message> {
  readonly #take: (message: Message) => void;
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(take: (message: Message) => void) {
    this.#take = take;
  }

  /** Throws at what is not JSON, and at a line that does not end; what came before was given. */
  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(0x0a);
    if (end < 0) return this.#keep(chunk);
    const whole = this.#rest.length === 0 ? chunk : Buffer.concat([...this.#rest, chunk]);
    const lines = whole.toString("utf8", 0, this.#restBytes + end);
    this.#rest = [];
    this.#restBytes = 0;
    if (end + 1 < chunk.length) this.#keep(chunk.subarray(end + 1));
    for (const line of lines.split("\n")) this.#take(JSON.parse(line) as Message);
  }

  #keep(chunk: Buffer): void {
    this.#restBytes += chunk.length;
    if (this.#restBytes > MAX_LINE_BYTES) throw new Error("a line without end");
    this.#rest.push(chunk);
  }
}

/** Pool to the guard of a child, file descriptor 5: jobs that the child should not begin. */
export interface ToGuard {
  readonly revoke: readonly number[];
}

/** Guard to pool: which of them it got hold of, and which the child had begun (or ended) before. */
export interface FromGuard {
  readonly revoked: readonly number[];
  readonly kept: readonly number[];
}
