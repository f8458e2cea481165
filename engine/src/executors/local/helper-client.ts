import { spawn, type ChildProcessByStdio } from "node:child_process";
import { extname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { encodeLines, lineCutter, type HelperReport, type HelperRequest } from "./helper-protocol.ts";

export interface HelperClientOptions {
  readonly cpus: number;
  /** Environment of the helper, hence of the scripts. */
  readonly environment: NodeJS.ProcessEnv;
  /** Takes the reports of one read together. */
  readonly onReports: (reports: readonly HelperReport[]) => void;
  /** The helper is gone without having been closed; scripts that it ran are killed by its watchdog. */
  readonly onGone: (reason: string) => void;
}

/** The engine's end of the helper process. */
export class HelperClient {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #options: HelperClientOptions;
  readonly #ended: Promise<void>;
  #closed = false;

  constructor(options: HelperClientOptions) {
    this.#options = options;
    // Detached: an interrupt from the terminal is the engine's to handle, not the helper's.
    this.#process = spawn(process.execPath, [...FLAGS, helperPath(), String(options.cpus)], {
      detached: true,
      env: options.environment,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#ended = this.#listen();
  }

  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  send(requests: readonly HelperRequest[]): void {
    if (requests.length > 0) this.#process.stdin.write(encodeLines(requests));
  }

  /** Whether the helper keeps this process from ending. */
  hold(busy: boolean): void {
    const handles = [this.#process, this.#process.stdin, this.#process.stdout] as readonly (
      Partial<Held> | object
    )[];
    for (const handle of handles)
      (busy ? (handle as Partial<Held>).ref : (handle as Partial<Held>).unref)?.call(handle);
  }

  /** Has the helper end what runs and exit. */
  close(): Promise<void> {
    this.#closed = true;
    this.hold(true);
    this.#process.stdin.end();
    return this.#ended;
  }

  #listen(): Promise<void> {
    const cut = lineCutter();
    this.#process.stdout.setEncoding("utf8");
    this.#process.stdout.on("data", (chunk: string) => {
      const reports = cut(chunk).map((line) => JSON.parse(line) as HelperReport);
      if (reports.length > 0) this.#options.onReports(reports);
    });
    // Writing to a helper that is gone fails; its exit is told anyway.
    this.#process.stdin.on("error", () => undefined);
    return new Promise((resolve) => {
      const gone = (reason: string): void => {
        resolve();
        if (!this.#closed) this.#options.onGone(reason);
        this.#closed = true;
      };
      this.#process.once("error", (error) => gone(`the helper process cannot be started (${error.message})`));
      // `close`, not `exit`: what the helper said before it went is taken first.
      this.#process.once("close", (code, signal) =>
        gone(`the helper process ended (${signal ?? `exit code ${code}`})`),
      );
    });
  }
}

interface Held {
  ref(): void;
  unref(): void;
}

const FLAGS = [
  "--disable-warning=ExperimentalWarning",
  "--max-old-space-size=128",
  "--max-semi-space-size=1",
];

function helperPath(): string {
  // The published package has `.js` in place of `.ts`.
  return fileURLToPath(new URL(`./spawn-helper${extname(import.meta.url)}`, import.meta.url));
}
