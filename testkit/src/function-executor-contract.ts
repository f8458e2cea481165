import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, suite, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Dir, File } from "@ligase/sdk";
import { decode, type JobSpec, type Outcome } from "@ligase/sdk/internal";
import type { Executor, ExecutorEvent, ExecutorListener } from "@ligase/engine/testing";
import type { FileStore } from "@ligase/engine/testing";

/** The workflow file whose tasks the suite runs: an executor loads it as it loads a user's. */
export const contractWorkflow = fileURLToPath(new URL("./function-contract-workflow.ts", import.meta.url));

export interface FunctionExecutorSetup {
  readonly listener: ExecutorListener;
  readonly files: Pick<FileStore, "identify">;
}

type Create = (setup: FunctionExecutorSetup) => Executor;

/** What every executor of functions keeps to. `create` makes one that has loaded, or will load, `contractWorkflow`. */
export function testFunctionExecutor(name: string, create: Create): void {
  void suite(`${name} keeps the contract of executors of functions`, () => {
    const shared = once(() => new FunctionRig(create));
    after(() => shared().close());
    testValues(shared);
    testFailures(shared);
    testEnding(shared, create);
    testEvidence(shared);
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function testValues(shared: () => FunctionRig): void {
  void test("a value comes back in stored form, of a body that returns at once and of one that waits", async () => {
    const rig = shared();
    const [now, later] = rig.submit(
      { task: "contract-double", args: '{"n":21}' },
      { task: "contract-later", args: '{"n":5}' },
    );
    assert.equal(await rig.value(now), 42);
    assert.deepEqual(await rig.value(later), { n: 5, at: new Date(5) });
  });

  void test("an expression comes back as a template, with the constants that JSON lacks", async () => {
    const rig = shared();
    const [id] = rig.submit({ task: "contract-nested", args: '{"n":3}' });
    const outcome = await rig.ended(id);
    assert.ok(outcome.ok && outcome.result.kind === "expression");
    const { nodes } = outcome.result.template;
    assert.ok(nodes.some((node) => node.op === "value" && node.value instanceof Date));
    assert.ok(nodes.some((node) => node.op === "call" && node.name === "contract-double"));
  });

  void test("a body that changes its arguments does not change those of the next attempt", async () => {
    const rig = shared();
    const call = { task: "contract-mutates", args: '{"list":[1,2]}' };
    const [first, second] = rig.submit(call, call);
    assert.deepEqual([await rig.value(first), await rig.value(second)], [3, 3]);
  });

  void test("thousands of jobs end once each, with a start before the end, and never within submit", async () => {
    const rig = shared();
    const ids = rig.submitMany(3000, (n) => ({ task: "contract-double", args: `{"n":${n}}` }));
    assert.deepEqual(
      ids.flatMap((id) => rig.kinds(id)),
      [],
      "nothing was told while jobs were given",
    );
    for (const [n, id] of ids.entries()) assert.equal(await rig.value(id), n * 2);
    for (const id of ids) assert.deepEqual(rig.kinds(id), ["started", "ended"]);
  });

  void test("jobs of an earlier process are not known", async () => {
    const rig = shared();
    const spec = rig.spec({ task: "contract-double", args: '{"n":1}' });
    assert.deepEqual(await rig.executor.adopt([spec]), [spec.id]);
  });
}

function testFailures(shared: () => FunctionRig): void {
  void test("an error is the user's, with its stack and its cause", async () => {
    const rig = shared();
    const error = await rig.error(...rig.submit({ task: "contract-fails", args: '{"how":"throw"}' }));
    assert.deepEqual(
      [error.kind, error.name, error.message, error.task],
      ["user", "RangeError", "outer", "contract-fails"],
    );
    assert.match(error.stack ?? "", /function-contract-workflow[^]*Caused by: Error: inner/);
  });

  void test("a value that does not fit the declared output is an error", async () => {
    const rig = shared();
    const error = await rig.error(...rig.submit({ task: "contract-fails", args: '{"how":"type"}' }));
    assert.deepEqual([error.kind, error.code], ["user", "type-mismatch"]);
  });

  void test("a secret is masked in errors", async () => {
    const rig = shared();
    const [id] = rig.submit({
      task: "contract-fails",
      args: '{"how":"secret"}',
      spec: { secrets: { TOKEN: "hidden-value" } },
    });
    assert.doesNotMatch(JSON.stringify(await rig.ended(id)), /hidden-value/);
  });

  void test("a task that the file does not define is misuse", async () => {
    const rig = shared();
    const error = await rig.error(...rig.submit({ task: "no-such-task", args: "{}" }));
    assert.deepEqual([error.kind, error.code], ["misuse", "task-not-loaded"]);
  });

  void test("a script is refused", async () => {
    const rig = shared();
    const script = { command: "true", inputs: [], outputs: { kind: "stdout" }, publish: {} } as const;
    const error = await rig.error(
      ...rig.submit({ task: "some-script", args: "", spec: { work: { kind: "script", script } } }),
    );
    assert.deepEqual([error.kind, error.code], ["misuse", "task-not-a-function"]);
  });
}

function testEnding(shared: () => FunctionRig, create: Create): void {
  for (const next of ["throw", "return", "hang"]) {
    void test(`a cancelled job whose body goes on to ${next} ends as cancelled`, async () => {
      const rig = shared();
      const id = await rig.waiting(next);
      rig.executor.cancel([id, id, "no such job"], next === "hang" ? 50 : 60_000);
      const error = await rig.error(id);
      assert.deepEqual([error.kind, error.code], ["cancelled", "task-cancelled"]);
      const [another] = rig.submit({ task: "contract-double", args: '{"n":1}' });
      assert.equal(await rig.value(another), 2, "the executor goes on");
      assert.deepEqual(rig.kinds(id), ["started", "ended"]);
    });
  }

  void test("a job cancelled before it began ends as cancelled, and others are not hurt", async () => {
    const rig = shared();
    const ids = rig.submitMany(50, (n) => ({ task: "contract-later", args: `{"n":${n}}` }));
    const [first = "", ...others] = ids.toReversed();
    rig.executor.cancel([first], 60_000);
    assert.equal((await rig.error(first)).kind, "cancelled");
    for (const id of others) assert.ok((await rig.ended(id)).ok);
  });

  void test("a job that takes longer than its time-out is a resource failure", async () => {
    const rig = shared();
    const id = await rig.waiting("return", { timeoutMs: 30 });
    const error = await rig.error(id);
    assert.deepEqual([error.kind, error.code], ["resource", "task-timed-out"]);
  });

  void test("closing ends every job once, and takes no more", async () => {
    const rig = new FunctionRig(create);
    const running = await rig.waiting("hang");
    const queued = rig.submitMany(20, (n) => ({ task: "contract-later", args: `{"n":${n}}` }));
    await rig.executor.close();
    assert.equal((await rig.error(running)).kind, "cancelled");
    for (const id of queued) assert.equal(rig.kinds(id).filter((kind) => kind === "ended").length, 1);
    assert.equal(rig.executor.capacity(), 0);
    await rig.close();
  });
}

function testEvidence(shared: () => FunctionRig): void {
  void test("progress and checkpoints are told in order, and the next attempt loads what was saved", async () => {
    const rig = shared();
    const [id] = rig.submit({ task: "contract-reports", args: "{}" });
    assert.deepEqual(await rig.value(id), { attempt: 1 });
    assert.deepEqual(rig.kinds(id), ["started", "progress", "checkpoint", "progress", "ended"]);
    const saved = rig.events.find((event) => event.kind === "checkpoint" && event.id === id);
    assert.ok(saved?.kind === "checkpoint");
    const work = { kind: "function", argsText: "{}", checkpoint: saved.text } as const;
    const [again] = rig.submit({
      task: "contract-reports",
      args: "{}",
      spec: { attempt: 2, work, env: { LEVEL: "high" } },
    });
    assert.deepEqual(await rig.value(again), { saved: { steps: 3 }, attempt: 2, env: "high" });
  });

  void test("log, deck and files of a job are in its folder; files in the value are identified", async () => {
    const rig = shared();
    const [id] = rig.submit({
      task: "contract-evidence",
      args: "{}",
      spec: { secrets: { TOKEN: "hidden-value" } },
    });
    const value = (await rig.value(id)) as { file: File; other: File };
    assert.deepEqual([value.file.digest, value.other.digest], ["sha256:7", "sha256:7"]);
    assert.equal(readFileSync(join(rig.folderOf(id), ".ligase/stdout"), "utf8"), "reading with ***\n");
    const outcome = await rig.ended(id);
    assert.equal(outcome.decks[0]?.name, "report");
    assert.match(readFileSync(outcome.decks[0]?.path ?? "", "utf8"), /<h1>Result<\/h1>/);
  });

  void test("a tool runs in the folder of its job, with its arguments quoted", async () => {
    const rig = shared();
    const [id] = rig.submit({ task: "contract-tool", args: '{"text":"a $(b) \'c"}' });
    assert.deepEqual(await rig.value(id), { stdout: "a $(b) 'c", existed: true });
  });

  void test("a light job makes no folder", async () => {
    const rig = shared();
    const [id] = rig.submit({ task: "contract-double", args: '{"n":1}' });
    await rig.ended(id);
    assert.equal(existsSync(rig.folderOf(id)), false);
  });
}

/** A job of a test: arguments in stored form, and what else differs from the plainest specification. */
export interface Call {
  readonly task: string;
  readonly args: string;
  readonly spec?: Partial<JobSpec>;
}

/** An executor with a record of all it told, and a folder for its jobs. */
export class FunctionRig {
  readonly executor: Executor;
  readonly events: ExecutorEvent[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "ligase-executor-"));
  readonly #outcomes = new Map<string, PromiseWithResolvers<Outcome>>();
  readonly #starts = new Map<string, PromiseWithResolvers<void>>();
  #jobs = 0;

  constructor(create: Create) {
    const identify = <T extends File | Dir>(value: T): Promise<T> => {
      const fields = { name: value.name, uri: value.uri, digest: "sha256:7", size: 7 };
      return Promise.resolve((value instanceof File ? new File(fields) : new Dir(fields)) as T);
    };
    this.executor = create({ files: { identify }, listener: (events) => this.#record(events) });
  }

  spec({ task, args, spec }: Call): JobSpec {
    const id = `job-${++this.#jobs}`;
    const resources = { cpu: 1, memoryBytes: 0, gpu: 0, diskBytes: 0 };
    const work = { kind: "function", argsText: args } as const;
    return {
      id,
      task,
      attempt: 1,
      work,
      resources,
      timeoutMs: null,
      folder: this.folderOf(id),
      env: {},
      secrets: {},
      ...spec,
    };
  }

  submit<const C extends readonly Call[]>(...calls: C): { [K in keyof C]: string } {
    const specs = calls.map((call) => this.spec(call));
    this.executor.submit(specs);
    return specs.map((spec) => spec.id) as { [K in keyof C]: string };
  }

  submitMany(count: number, call: (n: number) => Call): readonly string[] {
    const specs = Array.from({ length: count }, (_, n) => this.spec(call(n)));
    this.executor.submit(specs);
    return specs.map((spec) => spec.id);
  }

  /** A job that runs and waits for its abort. */
  async waiting(next: string, spec: Partial<JobSpec> = {}): Promise<string> {
    const folder = mkdtempSync(join(this.folder, "waiting-"));
    const [id] = this.submit({
      task: "contract-until-aborted",
      args: JSON.stringify({ folder, next }),
      spec,
    });
    while (!existsSync(join(folder, `${next}.waits`))) await nextTurn();
    return id;
  }

  folderOf(id: string): string {
    return join(this.folder, id);
  }

  /** Kinds of the events of a job, in order. */
  kinds(id: string): readonly string[] {
    return this.events.filter((event) => event.id === id).map((event) => event.kind);
  }

  started(id: string): Promise<void> {
    return entry(this.#starts, id).promise;
  }

  ended(id: string): Promise<Outcome> {
    return entry(this.#outcomes, id).promise;
  }

  async value(id: string): Promise<unknown> {
    const outcome = await this.ended(id);
    assert.ok(outcome.ok && outcome.result.kind === "value", JSON.stringify(outcome));
    return decode(outcome.result.text);
  }

  async error(id: string): Promise<Extract<Outcome, { ok: false }>["error"]> {
    const outcome = await this.ended(id);
    assert.ok(!outcome.ok, JSON.stringify(outcome));
    return outcome.error;
  }

  async close(): Promise<void> {
    await this.executor.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #record(events: readonly ExecutorEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      if (event.kind === "started") entry(this.#starts, event.id).resolve();
      if (event.kind === "ended") entry(this.#outcomes, event.id).resolve(event.outcome);
    }
  }
}

function entry<T>(map: Map<string, PromiseWithResolvers<T>>, id: string): PromiseWithResolvers<T> {
  const known = map.get(id) ?? Promise.withResolvers<T>();
  map.set(id, known);
  return known;
}
