import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Executor, ExecutorEvent, ExecutorListener } from "@ligase/engine/testing";
import type { FileStore } from "@ligase/engine/testing";
import { File } from "@ligase/sdk";
import {
  decode,
  type JobError,
  type JobSpec,
  type OutputSpec,
  type Outcome,
  type RenderedScript,
} from "@ligase/sdk/internal";

/** An executor to be tested, with its file store, whose files it stages and takes. */
export interface ExecutorUnderTest {
  readonly executor: Executor;
  readonly files: FileStore;
}

/** Makes the executor; `root` is a fresh folder that it can reach. */
export type SetUpExecutor = (place: {
  readonly root: string;
  readonly listener: ExecutorListener;
}) => ExecutorUnderTest | Promise<ExecutorUnderTest>;

/** Tests by the behaviour that they show; each gets a rig of its own. */
export type ExecutorCases = Readonly<Record<string, (rig: ExecutorRig) => Promise<void>>>;

/** Runs the tests against an executor. */
export function testCases(title: string, cases: ExecutorCases, setup: SetUpExecutor): void {
  void describe(title, () => {
    for (const [name, run] of Object.entries(cases)) {
      void test(name, async () => {
        await using rig = await ExecutorRig.make(setup);
        await run(rig);
      });
    }
  });
}

/** What a test says of a script; the rest is filled in. */
export interface ScriptJob extends Partial<Omit<JobSpec, "work">> {
  readonly command: string;
  readonly outputs?: OutputSpec;
  readonly inputs?: RenderedScript["inputs"];
}

/** Gives jobs to an executor and waits for what it tells. */
export class ExecutorRig {
  readonly root: string;
  readonly events: ExecutorEvent[] = [];
  #tested: ExecutorUnderTest | null = null;
  #waiting: (() => void)[] = [];
  #jobs = 0;

  private constructor(root: string) {
    this.root = root;
  }

  static async make(setup: SetUpExecutor): Promise<ExecutorRig> {
    const rig = new ExecutorRig(await mkdtemp(join(tmpdir(), "ligase executor ")));
    rig.#tested = await setup({ root: rig.root, listener: (events) => rig.#take(events) });
    return rig;
  }

  get executor(): Executor {
    return this.#underTest().executor;
  }

  get files(): FileStore {
    return this.#underTest().files;
  }

  /** Ends the executor and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.executor.close();
    await rm(this.root, { recursive: true, force: true });
  }

  job({ command, outputs = { kind: "stdout" }, inputs = [], ...rest }: ScriptJob): JobSpec {
    const id = `job-${++this.#jobs}`;
    return {
      id,
      task: "make",
      attempt: 1,
      resources: { cpu: 1, memoryBytes: 2 ** 30, gpu: 0, diskBytes: 0 },
      timeoutMs: null,
      folder: join(this.root, "work", id),
      env: {},
      secrets: {},
      ...rest,
      work: { kind: "script", script: { command, inputs, outputs, publish: {} } },
    };
  }

  /** Runs one script to its end. */
  async run(script: ScriptJob): Promise<Ended> {
    const spec = this.job(script);
    this.executor.submit([spec]);
    return await this.ended(spec);
  }

  async ended(spec: JobSpec): Promise<Ended> {
    const event = await this.#event(({ kind, id }) => kind === "ended" && id === spec.id);
    if (event.kind !== "ended") throw new Error(`expected an end, got ${event.kind}`);
    return new Ended(spec, event.outcome);
  }

  /** Resolves when the executor gave the job back. */
  async returned(spec: JobSpec): Promise<void> {
    const last = await this.#event(
      ({ kind, id }) => id === spec.id && (kind === "returned" || kind === "ended"),
    );
    if (last.kind !== "returned") throw new Error(`expected a return, got ${last.kind}`);
  }

  /** A file of the store. */
  async file(name: string, text: string): Promise<File> {
    const path = join(this.root, `source ${++this.#jobs}`);
    await writeFile(path, text);
    const kept = await this.files.adopt(path, "file", name);
    if (!(kept instanceof File)) throw new Error("a file was kept as a folder");
    return kept;
  }

  /** A named pipe: a script that writes to it tells the test, one that reads from it waits for the test. */
  pipe(name: string): string {
    const path = join(this.root, name);
    execFileSync("mkfifo", [path]);
    return path;
  }

  /** Lets a script go on that reads from the pipe. */
  async release(pipe: string): Promise<void> {
    await writeFile(pipe, "\n");
  }

  async #event(wanted: (event: ExecutorEvent) => boolean): Promise<ExecutorEvent> {
    for (;;) {
      const found = this.events.find(wanted);
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
  }

  #take(events: readonly ExecutorEvent[]): void {
    this.events.push(...events);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #underTest(): ExecutorUnderTest {
    if (this.#tested === null) throw new Error("the executor is not set up");
    return this.#tested;
  }
}

/** How a script ended. */
export class Ended {
  readonly spec: JobSpec;
  readonly outcome: Outcome;

  constructor(spec: JobSpec, outcome: Outcome) {
    this.spec = spec;
    this.outcome = outcome;
  }

  /** The value that it gave; fails the test when it failed. */
  get value(): unknown {
    if (!this.outcome.ok) throw new Error(`the script failed: ${this.outcome.error.message}`);
    if (this.outcome.result.kind !== "value") throw new Error("the script gave an expression");
    return decode(this.outcome.result.text);
  }

  /** The error that it ended with; fails the test when it succeeded. */
  get error(): JobError {
    if (this.outcome.ok) throw new Error("the script succeeded");
    return this.outcome.error;
  }

  /** Text of a file of its work folder. */
  text(path: string): Promise<string> {
    return readFile(join(this.spec.folder, path), "utf8");
  }
}

/** Waits until a process has ended. */
export async function processGone(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(5);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
}
