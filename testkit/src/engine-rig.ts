import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openEngineWith } from "@ligase/engine/testing";
import type { Engine, EngineOptions, LaunchOptions, RunHandle } from "@ligase/engine/testing";
import type { GateRecord } from "@ligase/engine/testing";
import type { RunEnd } from "@ligase/engine/testing";
import { FakeClock } from "./fake-clock.ts";

interface Named {
  readonly taskName: string;
}

type Launch = Partial<Omit<LaunchOptions, "file" | "name" | "args">>;

/**
 * A real engine with a real store in a folder of its own, for tasks and workflows that the test file itself defines.
 * Time is the test's.
 */
export class EngineRig implements AsyncDisposable {
  readonly root: string;
  readonly clock: FakeClock;
  readonly #file: string;
  readonly #options: EngineOptions;
  #engine: Engine;

  /** @param file the test file that defines the tasks */
  constructor(file: string, options: EngineOptions = {}) {
    this.root = options.root ?? mkdtempSync(join(tmpdir(), "ligase-engine-"));
    this.clock = new FakeClock();
    this.#file = file;
    this.#options = { user: "tester", ...options, root: this.root };
    this.#engine = this.#open();
  }

  get engine(): Engine {
    return this.#engine;
  }

  launch(callee: Named, args: unknown = {}, options: Launch = {}): Promise<RunHandle> {
    return this.#engine.launch({ file: this.#file, name: callee.taskName, args, ...options });
  }

  /** Runs to the end. */
  async end(callee: Named, args: unknown = {}, options: Launch = {}): Promise<RunEnd> {
    return (await this.launch(callee, args, options)).ended;
  }

  /** Runs to the end and gives the value; throws when there is none. */
  async value(callee: Named, args: unknown = {}, options: Launch = {}): Promise<unknown> {
    return valueOf(await this.end(callee, args, options));
  }

  /** The open gates of a run, once there are so many. */
  async gates(run: RunHandle, count = 1): Promise<readonly GateRecord[]> {
    await happened(run, () => run.progress().openGates.length >= count);
    return run.progress().openGates;
  }

  /** Resolves when at most so many gates are open. */
  gatesLeft(run: RunHandle, count: number): Promise<void> {
    return happened(run, () => run.progress().openGates.length <= count);
  }

  /** Resolves when a run waits for gates and time alone. */
  async waiting(run: RunHandle): Promise<void> {
    while (run.progress().status !== "waiting") await nextTurn();
  }

  /** Resolves when the next job of a task has ended. */
  async jobEnded(run: RunHandle, task: string): Promise<void> {
    let ended = false;
    const stop = run.subscribe((event) => (ended ||= event.kind === "job-ended" && event.task === task));
    await happened(run, () => ended);
    stop();
  }

  /** Lets so much time pass, as soon as something waits for it. */
  async pass(ms: number): Promise<void> {
    while (!this.clock.hasTimer(ms)) await nextTurn();
    this.clock.advance(ms);
  }

  /** How often a task ran in a run, by the record. */
  ran(run: string, task: string): number {
    return this.#engine.inspect.jobs(run).filter((job) => job.task === task && job.status === "succeeded")
      .length;
  }

  /** Closes the engine and opens another on the same folder. */
  async reopen(): Promise<void> {
    await this.#engine.close();
    this.#engine = this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }

  #open(): Engine {
    return openEngineWith(this.#options, { clock: this.clock });
  }
}

/** The value of a run that succeeded; throws its error otherwise. */
export function valueOf(end: RunEnd): unknown {
  if (end.status === "succeeded") return end.value;
  throw new Error(`The run ${end.status}: ${end.error?.message ?? "no error"}`);
}

/** Resolves when something became true of a run; rejects when the run ends before. */
function happened(run: RunHandle, isTrue: () => boolean): Promise<void> {
  if (isTrue()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = run.subscribe((event) => {
      if (!isTrue() && event.kind !== "run-ended") return;
      stop();
      if (isTrue()) resolve();
      else
        reject(
          new Error(`The run ended before: ${event.kind === "run-ended" ? JSON.stringify(event.end) : ""}`),
        );
    });
  });
}
