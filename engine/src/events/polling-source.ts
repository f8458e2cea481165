import type { Clock } from "../ports/clock.ts";
import type { EventSource, EventSourceListener } from "../ports/events.ts";

/** What a source found: messages in their order, each with how far one is who has it and all before it. */
export type Found = AsyncIterable<{
  readonly message: Parameters<EventSourceListener["emit"]>[0];
  readonly cursor: string;
}>;

/** One look at what is outside, from after a cursor on. */
export type Look = (after: string | null) => Found;

/** A source that looks again and again. What could not be kept is told again at the next look. */
export class PollingSource implements EventSource {
  readonly name: string;
  readonly #look: Look;
  readonly #clock: Clock;
  readonly #everyMs: number;
  #listener: EventSourceListener | null = null;
  #after: string | null = null;
  #looking: Promise<void> | null = null;
  #isToLook = false;
  #stopTimer: () => void = () => undefined;

  constructor(options: {
    readonly name: string;
    readonly look: Look;
    readonly clock: Clock;
    readonly everyMs: number;
  }) {
    this.name = options.name;
    this.#look = options.look;
    this.#clock = options.clock;
    this.#everyMs = options.everyMs;
  }

  start(after: string | null, listener: EventSourceListener): void {
    this.#listener = listener;
    this.#after = after;
    this.#stopTimer = this.#clock.every(this.#everyMs, () => this.lookNow());
    this.lookNow();
  }

  async stop(): Promise<void> {
    this.#stopTimer();
    this.#listener = null;
    await this.#looking;
  }

  /** Looks now, or once more after the look that is under way. */
  lookNow(): void {
    this.#isToLook = true;
    this.#looking ??= this.#lookWhileAsked().finally(() => {
      this.#looking = null;
    });
  }

  async #lookWhileAsked(): Promise<void> {
    while (this.#isToLook && this.#listener !== null) {
      this.#isToLook = false;
      try {
        await this.#lookOnce();
      } catch (error) {
        this.#listener?.failed(error);
      }
    }
  }

  async #lookOnce(): Promise<void> {
    for await (const { message, cursor } of this.#look(this.#after)) {
      // It was stopped meanwhile: what is not told is told to whoever begins after the last cursor.
      if (this.#listener === null) return;
      await this.#listener.emit(message, cursor);
      this.#after = cursor;
    }
  }
}
