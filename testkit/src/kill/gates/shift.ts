import { setTimeout } from "node:timers/promises";

/** The time in which programs work: as long as a process under test lives. */
export class Shift {
  #time: AbortController | null = null;
  readonly #work = new Set<Promise<void>>();

  get isOn(): boolean {
    return this.#time !== null;
  }

  /** Whether it begins now, and was not on. */
  begin(): boolean {
    if (this.isOn) return false;
    this.#time = new AbortController();
    return true;
  }

  /** Nobody waits any longer. */
  end(): void {
    this.#time?.abort();
    this.#time = null;
  }

  /** Does something that may go on when it has ended. */
  do(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  /** Waits so long, or until it ends. */
  async wait(milliseconds: number): Promise<void> {
    const signal = this.#time?.signal;
    if (signal !== undefined) await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  }

  /** Resolves when nothing is done any more. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
