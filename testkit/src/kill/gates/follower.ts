import { headersOf, isLost, type Service } from "./service-request.ts";
import { streamEvents, type StreamEvent } from "./stream-events.ts";

export interface FollowerOptions {
  /** Below the API. */
  readonly path: string;
  readonly hear: (event: StreamEvent) => void;
  /** Whether it cuts its connection now, to go on over another. */
  readonly cuts: () => boolean;
}

/** Somebody who follows a stream through the deaths of its service, each time from the last event on that they saw. */
export class Follower {
  readonly #options: FollowerOptions;
  #seen: string | null = null;
  #isOver = false;
  readonly broken: string[] = [];

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Follows a service until that ends, or the stream. */
  async follow(service: Service): Promise<void> {
    let isKnown = false;
    try {
      while (!this.#isOver && (await this.#read(service, isKnown))) isKnown = true;
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }

  /** Whether it cut its connection itself. */
  async #read(service: Service, isKnown: boolean): Promise<boolean> {
    const from = this.#seen;
    const answer = await fetch(`${service.url}/api/v1${this.#options.path}`, {
      headers: { ...headersOf(service), ...(from === null ? {} : { "Last-Event-ID": from }) },
    });
    if (answer.status !== 200 || answer.body === null) {
      this.#say(`answers ${answer.status}: ${await answer.text()}`);
      return false;
    }
    let isFirst = true;
    for await (const event of streamEvents(answer.body)) {
      if (isFirst && from !== null) this.#checkFirst(event, isKnown);
      isFirst = false;
      if (event.type === "end") this.#isOver = true;
      this.#seen = event.id ?? this.#seen;
      this.#options.hear(event);
      if (!this.#isOver && event.type !== "reset" && this.#options.cuts()) return true;
    }
    return false;
  }

  /** What was seen is known to the process that told it, and to no other. */
  #checkFirst({ type }: StreamEvent, isKnown: boolean): void {
    if ((type === "reset") === isKnown)
      this.#say(isKnown ? "begins anew though its service lived on" : `goes on with ${type} after a death`);
  }

  #say(what: string): void {
    this.broken.push(`the stream ${this.#options.path} ${what}`);
  }
}
