import { extname } from "node:path";
import type { MessagePort, Worker } from "node:worker_threads";
import {
  ANSWERED,
  VERSION,
  type Answer,
  type Problem,
  type Request,
  type Result,
  type WorkerOptions,
} from "./protocol.ts";

/** The same extension as this file: `.ts` in the repository, `.js` when built. */
const WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** Beyond what the thread itself waits for, it is stuck. */
const STUCK_MS = 90_000;

/** Loaded with the first store on Postgres: most programs open none. */
const threads = () => process.getBuiltinModule("node:worker_threads");

/** A server that does not answer any more ends the session by itself. */
const CLOSE_MS = 5_000;

/** Asks the thread that talks to the server, and stands still until it answers. */
export class Channel {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  readonly #limitMs: number;
  readonly #receive: (port: MessagePort) => { readonly message: Answer } | undefined;
  #last = 0;

  constructor(options: Omit<WorkerOptions, "shared">) {
    const { MessageChannel, receiveMessageOnPort, Worker } = threads();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#receive = receiveMessageOnPort;
    this.#limitMs = options.patienceMs + STUCK_MS;
    const workerData = { ...options, shared: this.#shared, port: port2 };
    this.#worker = new Worker(WORKER, { workerData, transferList: [port2] });
    // An open store does not keep the process alive.
    this.#worker.unref();
    port1.unref();
  }

  /** Changes when others wrote something. */
  get version(): number {
    return Atomics.load(this.#shared, VERSION);
  }

  /** The results, or what went wrong. */
  ask(request: Request, limitMs = this.#limitMs): readonly Result[] | Problem {
    const id = ++this.#last;
    this.#port.postMessage({ ...request, id });
    const until = Date.now() + limitMs;
    for (;;) {
      const answered = Atomics.load(this.#shared, ANSWERED);
      // An answer that came too late for its request is passed over.
      const received = this.#receive(this.#port);
      if (received?.message.id === id)
        return "problem" in received.message ? received.message.problem : received.message.results;
      if (received !== undefined) continue;
      const leftMs = until - Date.now();
      if (leftMs <= 0) return { kind: "unavailable", reason: "the server did not answer" };
      Atomics.wait(this.#shared, ANSWERED, answered, leftMs);
    }
  }

  close(): void {
    this.ask({ kind: "close" }, CLOSE_MS);
    this.#port.close();
    void this.#worker.terminate();
  }
}
