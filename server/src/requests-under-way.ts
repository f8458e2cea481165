import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";

/** What is asked when a server stops is answered, unless it takes longer. */
const LONGEST_MS = 5_000;

/** Counts the requests of a server that are not answered yet, so that it can end when they are. */
export class RequestsUnderWay {
  readonly #server: Server;
  #count = 0;
  #none: () => void = () => undefined;

  constructor(server: Server) {
    this.#server = server;
    server.on("request", (_request, response: ServerResponse) => {
      this.#count++;
      response.once("close", () => {
        this.#count--;
        if (this.#count === 0) this.#none();
      });
    });
  }

  /** Takes no more of them, and ends every connection once the last is answered. */
  async end(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    const late = setTimeout(() => this.#none(), LONGEST_MS);
    await new Promise<void>((resolve) => {
      this.#none = resolve;
      if (this.#count === 0) resolve();
    });
    clearTimeout(late);
    // Those that are kept open for more requests as well.
    this.#server.closeAllConnections();
    await closed;
  }
}
