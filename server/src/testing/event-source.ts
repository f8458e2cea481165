/** An event as a client reads it. */
export interface SentEvent {
  readonly type: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** A stream of server-sent events, read one after another. */
export class EventSource implements AsyncDisposable {
  readonly #abort: AbortController;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  private constructor(abort: AbortController, reader: ReadableStreamDefaultReader<string>) {
    this.#abort = abort;
    this.#reader = reader;
  }

  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventSource> {
    const abort = new AbortController();
    const answer = await fetch(url, { headers, signal: abort.signal });
    if (answer.status !== 200 || answer.body === null)
      throw new Error(`${answer.status} ${await answer.text()}`);
    return new EventSource(abort, answer.body.pipeThrough(new TextDecoderStream()).getReader());
  }

  /** The next event; null at the end of the stream. */
  async next(): Promise<SentEvent | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (!block.startsWith(":")) return eventOf(block);
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
  }

  /** Reads on to the first event that is wanted. */
  async until(isWanted: (event: SentEvent) => boolean): Promise<SentEvent> {
    for (;;) {
      const event = await this.next();
      if (event === null) throw new Error("The stream ended before.");
      if (isWanted(event)) return event;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
    this.#abort.abort();
  }
}

function eventOf(block: string): SentEvent {
  const fields = new Map(
    block
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return {
    type: fields.get("event") ?? "",
    id: fields.get("id"),
    data: JSON.parse(fields.get("data") ?? "null"),
  };
}
