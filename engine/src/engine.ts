import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import {
  allTasks,
  decode,
  findTask,
  hashText,
  innerTemplates,
  type TaskDefinition,
  type Template,
} from "@ligase/sdk/internal";
import { LigaseError } from "@ligase/sdk";
import { FileSets } from "./cache/file-sets.ts";
import { ProjectCode } from "./cache/project-code.ts";
import { Proof } from "./cache/proof.ts";
import { fromRowText } from "./cache/stored-text.ts";
import { TaskSets } from "./cache/task-sets.ts";
import { builtInTasks } from "./builtin/built-in-tasks.ts";
import { createTaskHasher } from "./code/task-hash.ts";
import { decide } from "./gates/decide.ts";
import type { Decision, Engine, EngineOptions, Inspect, LaunchOptions, RunHandle } from "./ports/engine.ts";
import type { Executor, ExecutorListener } from "./ports/executor.ts";
import type { FileStore } from "./ports/file-store.ts";
import type { GateRecord } from "./model/records.ts";
import type { RunContext } from "./scheduler/run-context.ts";
import { createInlineExecutor } from "./executors/inline.ts";
import { howToInstall } from "./model/known-tools.ts";
import { createLocalExecutor } from "./executors/local/local.ts";
import { createProcessExecutor } from "./executors/process/process-executor.ts";
import { createLocalFileStore } from "./files/local-file-store.ts";
import { findRun } from "./inspect/find-run.ts";
import { createInspect } from "./inspect/inspect.ts";
import { boundArguments, launchTemplate } from "./launch/arguments.ts";
import { loadWorkflowFile } from "./load.ts";
import { machineOf } from "./launch/machine.ts";
import { uuidv7 } from "./model/uuid.ts";
import type { Clock } from "./ports/clock.ts";
import type { Store, StoredRun } from "./ports/store.ts";
import { checkTools } from "./launch/preflight.ts";
import { leaseOwner, releaseIfGone } from "./launch/lease-owner.ts";
import { ActiveRunHandle } from "./launch/run-handle.ts";
import type { Machine } from "./scheduler/admission.ts";
import { secretFromEnvironment } from "./scheduler/attempt.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { systemClock } from "./scheduler/system-clock.ts";
import { openSqliteStore, storePath } from "./store/sqlite.ts";

/**
 * Opens the engine on a folder: store, files, executors and scheduler put together. This is the only place that names a
 * concrete store, file store or executor.
 *
 * Throws `store-newer`, `store-damaged`, `store-on-network`, `store-not-writable`.
 */
export function openEngine(options: EngineOptions = {}): Engine {
  return openEngineWith(options, {});
}

/** What tests put between the engine and the world. */
export interface EngineSeams {
  readonly clock?: Clock;
  /** What the engine uses in place of its store: faults are put in here. */
  readonly wrapStore?: (store: Store) => Store;
}

/** `openEngine` with parts of the world replaced. For tests. */
export function openEngineWith(options: EngineOptions, seams: EngineSeams): Engine {
  return new LocalEngine(options, seams);
}

/** An engine lives from the opening of its store to `close`. */
class LocalEngine implements Engine {
  readonly load = loadDefinitions;
  readonly inspect: Inspect;
  readonly #root: string;
  readonly #user: string;
  readonly #limits: Readonly<Record<string, number>>;
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #files: FileStore;
  readonly #taskSets: TaskSets;
  readonly #fileSets: FileSets;
  readonly #schedulers = new Map<string, Scheduler>();
  readonly #handles = new Map<string, ActiveRunHandle>();

  constructor(options: EngineOptions, { clock = systemClock, wrapStore = (store) => store }: EngineSeams) {
    this.#root = resolve(options.root ?? ".ligase");
    this.#user = options.user ?? userInfo().username;
    this.#limits = options.limits ?? {};
    this.#clock = clock;
    this.#store = wrapStore(openSqliteStore(storePath(this.#root)));
    this.#files = createLocalFileStore({ root: this.#root, identities: this.#store.files });
    this.#machine = machineOf(options.machine, this.#root);
    this.#taskSets = new TaskSets(this.#store.calls);
    this.#fileSets = new FileSets(this.#store.calls);
    this.inspect = createInspect(this.#store, this.#files);
  }

  async launch(launch: LaunchOptions): Promise<RunHandle> {
    const definition = findTask(launch.name);
    if (definition === undefined)
      throw new LigaseError("not-runnable", { name: launch.name, file: launch.file, known: knownNames() });
    const args = await boundArguments(definition, launch.args, this.#files);
    const code = this.#projectCode();
    const tasks = bundleOf(code, launch.name);
    if (launch.dryRun !== true)
      checkTools(
        Object.keys(tasks).map((task) => code.entry(task).definition),
        howToInstall,
      );
    return this.#begin(this.#insert(launch, args, JSON.stringify(tasks)), code, launch, false);
  }

  #insert(launch: LaunchOptions, args: string, bundle: string): StoredRun {
    const createdAt = this.#clock.now();
    const id = uuidv7(createdAt);
    this.#store.commit("durable", () =>
      this.#store.runs.insert({
        id,
        name: launch.name,
        file: resolve(launch.file),
        args,
        bundle,
        user: this.#user,
        tags: launch.tags ?? {},
        options: JSON.stringify({ check: launch.check, onFailure: launch.onFailure }),
        parent: null,
        createdAt,
      }),
    );
    return this.#store.runs.get(id) as StoredRun;
  }

  async resume(beginning: string): Promise<RunHandle> {
    const run = findRun(this.#store, beginning);
    if (run.status === "succeeded") throw new LigaseError("run-ended", { run: run.id, status: run.status });
    await loadWorkflowFile(run.file);
    const code = this.#projectCode();
    refuseChangedCode(run, bundleOf(code, run.name));
    const options = JSON.parse(run.options) as Pick<LaunchOptions, "check" | "onFailure">;
    return this.#begin(run, code, { file: run.file, name: run.name, args: null, ...options }, true);
  }

  decide(decision: Decision): GateRecord | "kept" {
    const decided = decide(this.#store, this.#clock.now(), decision);
    for (const handle of this.#handles.values()) handle.refresh();
    return decided;
  }

  cancel(beginning: string): void {
    const run = findRun(this.#store, beginning);
    const handle = this.#handles.get(run.id);
    if (handle !== undefined) return handle.cancel();
    cancelFromOutside(this.#store, run, this.#clock.now());
  }

  async close(): Promise<void> {
    for (const scheduler of this.#schedulers.values()) await scheduler.close();
    for (const handle of this.#handles.values()) handle.leave();
    await this.#files.close();
    this.#store.close();
  }

  #begin(run: StoredRun, code: ProjectCode, launch: LaunchOptions, resumed: boolean): RunHandle {
    const dryRun = launch.dryRun ?? false;
    const proof = new Proof({
      ...this.#shared(),
      code,
      mode: launch.check ?? "proof",
      runId: run.id,
      resumed,
    });
    const handle = new ActiveRunHandle({
      run,
      store: this.#store,
      clock: this.#clock,
      dryRun,
      over: () => this.#handles.delete(run.id),
    });
    const target = code.entry(run.name).definition.kind === "workflow" ? "workflow" : "task";
    const scheduler = this.#schedulerOf(run.file);
    const state = scheduler.start(
      {
        ...this.#shared(),
        runId: run.id,
        clock: this.#clock,
        code,
        proof,
        template: launchTemplate(target, run.name),
        args: run.args,
        lastNumber: resumed ? this.#store.jobs.lastNumber(run.id) : 0,
        encoding: { taskHash: (task) => code.hashOf(task) ?? "" },
        holdsLease: () => handle.holdsLease(),
        nodeValue: (id) => this.#nodeValue(id),
      },
      { onFailure: launch.onFailure ?? "stop", dryRun, ...handle.callbacks },
    );
    handle.attach(scheduler, state);
    this.#handles.set(run.id, handle);
    return handle;
  }

  #shared(): Pick<RunContext, "store" | "files" | "taskSets" | "fileSets"> {
    return { store: this.#store, files: this.#files, taskSets: this.#taskSets, fileSets: this.#fileSets };
  }

  #nodeValue(id: number): ReturnType<RunContext["nodeValue"]> {
    const node = this.#store.calls.get(id);
    if (node === null || node.value === null) throw new Error(`Call node ${id} is gone.`);
    const { key, taskSet, fileSet, volatile } = node;
    return { key, value: decode(fromRowText(node.value, this.#files)), taskSet, fileSet, volatile };
  }

  #projectCode(): ProjectCode {
    const hasher = createTaskHasher({ cacheDir: join(this.#root, "code") });
    const hashFunction = (definition: TaskDefinition): string =>
      definition.site === null ? hashText(`no site ${definition.name}`) : hasher.hash(definition.site).hash;
    return new ProjectCode({ calls: this.#store.calls, sets: this.#taskSets, hashFunction });
  }

  /** One scheduler per user's file: its pool of processes imports that file. */
  #schedulerOf(file: string): Scheduler {
    const known = this.#schedulers.get(file);
    if (known !== undefined) return known;
    const scheduler = new Scheduler({
      store: this.#store,
      files: this.#files,
      clock: this.#clock,
      machine: this.#machine,
      limits: this.#limits,
      place: { workRoot: join(this.#root, "work"), secret: secretFromEnvironment },
      random: Math.random,
    });
    for (const executor of this.#executors(file, scheduler.listener)) scheduler.use(executor);
    this.#schedulers.set(file, scheduler);
    return scheduler;
  }

  #executors(file: string, listener: ExecutorListener): readonly Executor[] {
    const { cpu } = this.#machine;
    const all = { listener, files: this.#files };
    const builtIn = builtInTasks(this.#files);
    const tasks = (name: string) => builtIn(name) ?? functionOf(name);
    return [
      createInlineExecutor({ ...all, name: "inline", tasks }),
      createProcessExecutor({ ...all, name: "process", entry: file, size: Math.max(1, Math.floor(cpu)) }),
      createLocalExecutor({ ...all, name: "local", cpus: cpu }),
    ];
  }
}

function cancelFromOutside(store: Store, run: StoredRun, now: number): void {
  const owner = leaseOwner("cancel");
  store.commit("durable", () => {
    store.runs.askToCancel(run.id);
    releaseIfGone(store.runs, run.id);
    // Nobody advances it: it is closed here.
    if (!store.runs.lease(run.id, owner, now, now)) return;
    for (const gate of store.gates.list(run.id)) store.gates.close(gate.id, "cancelled", null);
    store.runs.move(run.id, "cancelled", now);
    store.runs.release(run.id, owner);
  });
}

/** Imports a user's file and gives what it and the files it imports define. */
export async function loadDefinitions(file: string): Promise<readonly TaskDefinition[]> {
  await loadWorkflowFile(resolve(file));
  return allTasks();
}

const functionOf = (name: string): Extract<TaskDefinition, { kind: "task" }> | undefined => {
  const definition = findTask(name);
  return definition?.kind === "task" ? definition : undefined;
};

const knownNames = (): string =>
  allTasks()
    .map((task) => task.name)
    .join(", ");

/** C22: the code a run uses, by task; of a resumed run it must be the same. */
function bundleOf(code: ProjectCode, name: string): Readonly<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const visit = (task: string): void => {
    if (task in hashes || findTask(task) === undefined) return;
    const entry = code.entry(task);
    hashes[task] = entry.hash;
    if (entry.definition.kind === "workflow")
      for (const called of calledIn(entry.definition.template)) visit(called);
  };
  visit(name);
  return hashes;
}

function calledIn(template: Template): readonly string[] {
  return [...innerTemplates(template)].flatMap((inner) =>
    inner.nodes.flatMap((node) => (node.op === "call" ? [node.name] : [])),
  );
}

function refuseChangedCode(run: StoredRun, now: Readonly<Record<string, string>>): void {
  const before = JSON.parse(run.bundle) as Record<string, string>;
  const changed = Object.keys(before).filter((task) => before[task] !== now[task]);
  if (changed.length > 0) throw new LigaseError("code-changed", { run: run.id, tasks: changed.join(", ") });
}
