/* Messages as lines of JSON. Without imports: the guard's thread shall be up at once and stay small. */

export const JOBS_FD = 3;
export const RESULTS_FD = 4;
export const GUARD_FD = 5;

export const toLine = (message: object): string => `${JSON.stringify(message)}\n`;

/** Puts pieces of a stream together to lines and gives each message that is complete. */
export class LineReader<Message> {
  #rest: Buffer[] = [];

  push(chunk: Buffer): Message[] {
    const end = chunk.lastIndexOf(0x0a);
    if (end < 0) {
      this.#rest.push(chunk);
      return [];
    }
    const lines = Buffer.concat([...this.#rest, chunk.subarray(0, end)])
      .toString("utf8")
      .split("\n");
    this.#rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    return lines.map((line) => JSON.parse(line) as Message);
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
