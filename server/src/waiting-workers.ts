import type { ExternalTasks, LeasedTask, LeaseRequest } from "@ligase/engine";
import { LigaseError } from "@ligase/sdk/values";

/** So many workers may wait at a time. */
const MOST_WAITING = 10_000;

/** Requests for tasks that wait until there are some. */
export class WaitingWorkers {
  readonly #tasks: ExternalTasks;
  readonly #ends = new Set<() => void>();

  constructor(tasks: ExternalTasks) {
    this.#tasks = tasks;
  }

  /**
   * Gives tasks out, as soon as there are some; none when there were none for so long, or when the client went away.
   * Throws what leasing throws, and `server-busy`.
   */
  lease(
    request: LeaseRequest,
    client: { readonly waitMs: number; readonly gone: AbortSignal },
  ): Promise<readonly LeasedTask[]> {
    const found = this.#tasks.lease(request);
    if (found.length > 0 || client.waitMs === 0) return Promise.resolve(found);
    if (this.#ends.size >= MOST_WAITING) throw new LigaseError("server-busy", { what: "waiting workers" });
    return this.#wait(request, client);
  }

  #wait(
    request: LeaseRequest,
    { waitMs, gone }: { readonly waitMs: number; readonly gone: AbortSignal },
  ): Promise<readonly LeasedTask[]> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        unsubscribe();
        clearTimeout(timer);
        gone.removeEventListener("abort", giveUp);
        this.#ends.delete(giveUp);
      };
      const end = (tasks: readonly LeasedTask[]): void => {
        stop();
        resolve(tasks);
      };
      const giveUp = (): void => end([]);
      const look = (): void => {
        try {
          const found = this.#tasks.lease(request);
          if (found.length > 0) end(found);
        } catch (error) {
          stop();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const unsubscribe = this.#tasks.subscribe(look);
      const timer = setTimeout(giveUp, waitMs);
      this.#ends.add(giveUp);
      gone.addEventListener("abort", giveUp);
      if (gone.aborted) giveUp();
    });
  }

  /** Ends all waiting. */
  close(): void {
    for (const end of Array.from(this.#ends)) end();
  }
}
