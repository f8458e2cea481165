import { isLigaseError, LigaseError } from "@ligase/sdk";
import type { EventSource, Listening, SourceMessage } from "../ports/events.ts";
import type { Store } from "../ports/store.ts";

/** How far a source came. */
export interface Told {
  readonly source: string;
  readonly cursor: string;
}

/** Keeps what came of a message, with how far its source came, in one durable transaction. */
export type Take = (
  message: SourceMessage,
  from: { source: string; told: Told | null },
) => void | Promise<void>;

/** A message that is so will never be taken: what comes after it must not wait for it. */
export const NEVER_TAKEN: ReadonlySet<string> = new Set([
  "event-not-valid",
  "argument-not-valid",
  "file-not-found",
  "file-not-readable",
  "file-is-a-folder",
]);

interface Heard {
  readonly source: EventSource;
  problem: string | null;
  isStopped: boolean;
}

/** The sources that this engine listens to. */
export class SourceDesk {
  readonly #store: Store;
  readonly #take: Take;
  readonly #prefix: string;
  readonly #heard = new Map<string, Heard>();

  /** @param prefix what the store's names of these sources begin with */
  constructor(store: Store, prefix: string, take: Take) {
    this.#store = store;
    this.#prefix = prefix;
    this.#take = take;
  }

  /** Throws `event-source-taken`. */
  listen(source: EventSource): Listening {
    if (this.#heard.has(source.name)) throw new LigaseError("event-source-taken", { source: source.name });
    const heard: Heard = { source, problem: null, isStopped: false };
    this.#heard.set(source.name, heard);
    const name = `${this.#prefix}${source.name}`;
    source.start(this.#store.events.cursor(name), {
      emit: (message, cursor) => this.#emit(heard, { name, message, cursor }),
      failed: (error) => {
        heard.problem = error instanceof Error ? error.message : String(error);
      },
    });
    return {
      stop: () => this.#stop(heard),
      get problem() {
        return heard.problem;
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#heard.values()].map((heard) => this.#stop(heard)));
  }

  async #emit(
    heard: Heard,
    { name, message, cursor }: { name: string; message: SourceMessage; cursor: string | null },
  ): Promise<void> {
    if (heard.isStopped) throw new Error(`The source ${heard.source.name} was stopped.`);
    const told = cursor === null ? null : { source: name, cursor };
    try {
      await this.#take(message, { source: name, told });
      heard.problem = null;
    } catch (error) {
      if (!isLigaseError(error) || !NEVER_TAKEN.has(error.code)) throw error;
      heard.problem = error.message;
      if (told !== null) this.#store.commit("durable", () => this.#store.events.putCursor(name, told.cursor));
    }
  }

  async #stop(heard: Heard): Promise<void> {
    await heard.source.stop();
    heard.isStopped = true;
    if (this.#heard.get(heard.source.name) === heard) this.#heard.delete(heard.source.name);
  }
}
