import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { HashAnswer, HashRequest } from "./hash-worker.ts";

/** The same extension as this file: `.ts` in the repository, `.js` when built. */
const WORKER = new URL(`./hash-worker${extname(import.meta.url)}`, import.meta.url);

interface Request {
  readonly path: string;
  resolve(answer: { digest: string; bytesRead: number }): void;
  reject(error: Error): void;
}

/**
 * Reads big files in a few threads, so that the loop of the scheduler goes on meanwhile. Threads start when first
 * needed, and an idle one does not keep the process alive.
 */
export class HashPool {
  readonly #size: number;
  readonly #waiting: Request[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Request>();
  #closed = false;

  constructor(size = Math.max(1, Math.min(4, availableParallelism() - 1))) {
    this.#size = size;
  }

  /** SHA-256 of a file's content and how many bytes were read. Rejects with the system's error. */
  digest(path: string): Promise<{ digest: string; bytesRead: number }> {
    if (this.#closed) return Promise.reject(new Error("The file store is closed."));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ path, resolve, reject });
      this.#next();
    });
  }

  /** Ends the threads; what is still being read is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#idle, ...this.#busy.keys()];
    const error = new Error("The file store was closed while a file was read.");
    for (const request of [...this.#busy.values(), ...this.#waiting.splice(0)]) request.reject(error);
    this.#busy.clear();
    this.#idle.length = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined);
    const request = worker === undefined ? undefined : this.#waiting.shift();
    if (worker === undefined || request === undefined) return;
    this.#busy.set(worker, request);
    worker.ref();
    worker.postMessage({ path: request.path } satisfies HashRequest);
  }

  #start(): Worker {
    const worker = new Worker(WORKER);
    worker.on("message", (answer: HashAnswer) => this.#answered(worker, answer));
    worker.on("error", (error) => this.#died(worker, error));
    return worker;
  }

  #answered(worker: Worker, answer: HashAnswer): void {
    const request = this.#busy.get(worker);
    if (request === undefined) return;
    this.#busy.delete(worker);
    this.#idle.push(worker);
    worker.unref();
    if (answer.ok) request.resolve(answer);
    else request.reject(Object.assign(new Error(answer.message), { code: answer.code }));
    this.#next();
  }

  #died(worker: Worker, error: unknown): void {
    this.#busy.get(worker)?.reject(error instanceof Error ? error : new Error(String(error)));
    this.#busy.delete(worker);
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#next();
  }
}
