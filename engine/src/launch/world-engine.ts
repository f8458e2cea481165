import { join, resolve } from "node:path";
import { isLigaseError, LigaseError } from "@ligase/sdk";
import {
  allTasks,
  decode,
  findTask,
  hashText,
  innerTemplates,
  type TaskDefinition,
  type Template,
} from "@ligase/sdk/internal";
import { FileSets } from "../cache/file-sets.ts";
import { ProjectCode } from "../cache/project-code.ts";
import { Proof } from "../cache/proof.ts";
import { fromRowText } from "../cache/stored-text.ts";
import { TaskSets } from "../cache/task-sets.ts";
import { createTaskHasher } from "../code/task-hash.ts";
import { findRun } from "../inspect/find-run.ts";
import { createInspect } from "../inspect/inspect.ts";
import { howToInstall } from "../model/known-tools.ts";
import type { GateRecord } from "../model/records.ts";
import { hasEnded } from "../model/states.ts";
import { uuidv7 } from "../model/uuid.ts";
import type { Decision, Engine, LaunchOptions, RunHandle, TakenOver } from "../ports/engine.ts";
import type { Executor } from "../ports/executor.ts";
import type { Inspect } from "../ports/inspect.ts";
import type { NewRun, Store, StoredRun } from "../ports/store.ts";
import type { World } from "../ports/world.ts";
import type { Machine } from "../scheduler/admission.ts";
import { Claims } from "../scheduler/claims.ts";
import { secretFromEnvironment } from "../scheduler/attempt.ts";
import type { RunContext } from "../scheduler/run-context.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { decide } from "./decide.ts";
import { DurableGroup } from "./durable-group.ts";
import { boundArguments, launchTemplate } from "./arguments.ts";
import { leaseOwner, releaseIfGone } from "./lease-owner.ts";
import { createToolCheck } from "./preflight.ts";
import { removeUnrecorded } from "./leftover-folders.ts";
import { ActiveRunHandle } from "./run-handle.ts";
import { RunKeeper } from "./run-keeper.ts";

export interface WorldEngineOptions {
  /** Folder below which attempts work and the hashes of code are kept. */
  readonly root: string;
  /** Name of the person who launches. */
  readonly user: string;
  readonly machine: Machine;
  readonly limits: Readonly<Record<string, number>>;
}

/** What a run begins with, or goes on with. */
interface Beginning {
  readonly code: ProjectCode;
  readonly handle: ActiveRunHandle;
  readonly launch: LaunchOptions;
  readonly resumed: boolean;
}

/** Runs that are taken over at a time. */
const TAKEN_OVER = 100;

/** An engine lives from the opening of its store to `close`. */
export class WorldEngine implements Engine {
  readonly inspect: Inspect;
  readonly #options: WorldEngineOptions;
  readonly #world: World;
  readonly #taskSets: TaskSets;
  readonly #fileSets: FileSets;
  readonly #scheduler: Scheduler;
  readonly #executors = new Map<string, ReadonlyMap<string, Executor>>();
  readonly #claims: Claims;
  readonly #keeper: RunKeeper;
  readonly #launched: DurableGroup;

  constructor(world: World, options: WorldEngineOptions) {
    this.#world = world;
    this.#options = options;
    this.#taskSets = new TaskSets(world.store.calls);
    this.#fileSets = new FileSets(world.store.calls);
    this.#claims = new Claims(world.store);
    this.#keeper = new RunKeeper(world, this.#claims);
    this.#launched = new DurableGroup(world);
    this.#scheduler = new Scheduler({
      ...options,
      ...partsOf(world),
      random: () => world.random(),
      claims: this.#claims,
      place: { workRoot: this.#workRoot, secret: secretFromEnvironment },
    });
    this.inspect = createInspect(world.store, world.files);
  }

  async load(file: string): Promise<readonly TaskDefinition[]> {
    await this.#world.load(resolve(file));
    return allTasks();
  }

  async launch(launch: LaunchOptions): Promise<RunHandle> {
    const definition = findTask(launch.name);
    if (definition === undefined)
      throw new LigaseError("not-runnable", { name: launch.name, file: launch.file, known: knownNames() });
    const args = await boundArguments(definition, launch.args, this.#world.files);
    const { code, bundle } = this.#presentCode(launch.name);
    const run = this.#newRun(launch, args, JSON.stringify(bundle));
    const handle = this.#handleOf(run.id, launch.dryRun);
    await this.#launched.write(() => {
      this.#world.store.runs.insert(run);
      handle.take();
    });
    return this.#begin(this.#world.store.runs.get(run.id) as StoredRun, {
      code,
      handle,
      launch,
      resumed: false,
    });
  }

  /** Folder below which each attempt has its own. */
  get #workRoot(): string {
    return join(this.#options.root, "work");
  }

  #newRun(launch: LaunchOptions, args: string, bundle: string): NewRun {
    const createdAt = this.#world.clock.now();
    return {
      id: uuidv7(createdAt),
      name: launch.name,
      file: resolve(launch.file),
      args,
      bundle,
      user: this.#options.user,
      tags: launch.tags ?? {},
      options: keptOptions(launch),
      parent: null,
      createdAt,
    };
  }

  #handleOf(id: string, dryRun = false): ActiveRunHandle {
    return new ActiveRunHandle({ id, ...partsOf(this.#world), dryRun, over: () => this.#keeper.remove(id) });
  }

  async resume(beginning: string): Promise<RunHandle> {
    const run = findRun(this.#world.store, beginning);
    if (run.status === "succeeded") throw new LigaseError("run-ended", { run: run.id, status: run.status });
    if (this.#scheduler.isEnding(run.id)) throw new LigaseError("run-busy", { run: run.id });
    await this.#world.load(run.file);
    const { code, bundle } = this.#presentCode(run.name);
    this.#refuseChangedCode(run, code, bundle);
    const options = JSON.parse(run.options) as Pick<LaunchOptions, "check" | "onFailure">;
    const handle = this.#handleOf(run.id);
    this.#world.store.commit("durable", () => handle.take());
    removeUnrecorded(join(this.#workRoot, run.id), this.#world.store.jobs.lastNumber(run.id));
    const launch = { file: run.file, name: run.name, args: null, ...options };
    return this.#begin(run, { code, handle, launch, resumed: true });
  }

  async takeOver(): Promise<TakenOver> {
    const handles: RunHandle[] = [];
    const left: { run: string; error: LigaseError }[] = [];
    for (const run of this.#world.store.runs.unled(TAKEN_OVER)) {
      try {
        handles.push(await this.resume(run));
      } catch (error) {
        if (!isLigaseError(error)) throw error;
        // Another engine was first.
        if (error.code !== "run-busy") left.push({ run, error });
      }
    }
    return { handles, left };
  }

  decide(decision: Decision): GateRecord | "kept" {
    const decided = decide(this.#world.store, this.#world.clock.now(), decision);
    this.#keeper.refresh();
    return decided;
  }

  cancel(beginning: string): void {
    const run = findRun(this.#world.store, beginning);
    const handle = this.#keeper.get(run.id);
    if (handle !== undefined) return handle.cancel();
    cancelFromOutside(this.#world.store, run, this.#world.clock.now());
  }

  async close(): Promise<void> {
    this.#scheduler.close();
    for (const executors of this.#executors.values())
      for (const executor of executors.values()) await executor.close();
    this.#keeper.leave();
    await this.#world.files.close();
    this.#world.store.close();
  }

  #begin(run: StoredRun, { code, handle, launch, resumed }: Beginning): RunHandle {
    const proof = new Proof({
      ...this.#shared(),
      code,
      mode: launch.check ?? "proof",
      runId: run.id,
      resumed,
    });
    const target = code.entry(run.name).definition.kind === "workflow" ? "workflow" : "task";
    const scheduler = this.#scheduler;
    const state = scheduler.start(
      {
        ...this.#shared(),
        runId: run.id,
        launcher: run.user,
        clock: this.#world.clock,
        code,
        proof,
        template: launchTemplate(target, run.name),
        args: run.args,
        lastNumber: resumed ? this.#world.store.jobs.lastNumber(run.id) : 0,
        encoding: { taskHash: (task) => code.hashOf(task) ?? "" },
        cwd: launchFolder(run),
        checkTools: createToolCheck(
          () => Object.keys(bundleOf(code, run.name)).map((task) => code.entry(task).definition),
          howToInstall,
        ),
        holdsLease: () => handle.holdsLease(),
        nodeValue: (id) => this.#nodeValue(id),
      },
      {
        executors: this.#executorsOf(run.file),
        onFailure: launch.onFailure ?? "stop",
        dryRun: launch.dryRun ?? false,
        tell: handle.listener,
      },
    );
    handle.attach(scheduler, state);
    this.#keeper.add(handle);
    return handle;
  }

  #shared(): Pick<RunContext, "store" | "files" | "taskSets" | "fileSets"> {
    const { store, files } = this.#world;
    return { store, files, taskSets: this.#taskSets, fileSets: this.#fileSets };
  }

  #nodeValue(id: number): ReturnType<RunContext["nodeValue"]> {
    const node = this.#world.store.calls.get(id);
    if (node === null || node.value === null) throw new Error(`Call node ${id} is gone.`);
    const { key, taskSet, fileSet, volatile } = node;
    return { key, value: decode(fromRowText(node.value, this.#world.files)), taskSet, fileSet, volatile };
  }

  /** C22: a run goes on with the code it began with, that of the tasks which only bodies call included. */
  #refuseChangedCode(run: StoredRun, code: ProjectCode, bundle: Readonly<Record<string, string>>): void {
    const before = JSON.parse(run.bundle) as Record<string, string>;
    const changed = Object.keys(before).filter((task) => before[task] !== bundle[task]);
    for (const { name, hash } of this.#world.store.jobs.tasks(run.id))
      if (!(name in before) && code.hashOf(name) !== hash) changed.push(name);
    if (changed.length > 0) throw new LigaseError("code-changed", { run: run.id, tasks: changed.join(", ") });
  }

  /** The project's code as it is now, and the hashes of what a workflow's templates reach. */
  #presentCode(name: string): { code: ProjectCode; bundle: Readonly<Record<string, string>> } {
    const hasher = createTaskHasher({ cacheDir: join(this.#options.root, "code") });
    const hashFunction = (definition: TaskDefinition): string =>
      definition.site === null ? hashText(`no site ${definition.name}`) : hasher.hash(definition.site).hash;
    const code = new ProjectCode({ calls: this.#world.store.calls, sets: this.#taskSets, hashFunction });
    const bundle = bundleOf(code, name);
    hasher.save();
    return { code, bundle };
  }

  /** Executors of a user's file: the pool of processes imports it. */
  #executorsOf(file: string): ReadonlyMap<string, Executor> {
    let executors = this.#executors.get(file);
    if (executors === undefined) {
      const made = this.#world.executors(file, this.#scheduler.listener);
      executors = new Map(made.map((executor) => [executor.name, executor]));
      this.#executors.set(file, executors);
    }
    return executors;
  }
}

const partsOf = ({ clock, store, files }: World): Pick<World, "clock" | "store" | "files"> => {
  return { clock, store, files };
};

/** What a resumed run does as the launched one did. */
const keptOptions = ({ check, onFailure }: LaunchOptions): string =>
  JSON.stringify({ check, onFailure, cwd: process.cwd() });

const launchFolder = (run: StoredRun): string => (JSON.parse(run.options) as { readonly cwd: string }).cwd;

function cancelFromOutside(store: Store, run: StoredRun, now: number): void {
  const owner = leaseOwner("cancel");
  // It would stay, and cancel whoever goes on with the run.
  if (hasEnded(run.status)) throw new LigaseError("run-ended", { run: run.id, status: run.status });
  store.commit("durable", () => {
    store.runs.askToCancel(run.id);
    releaseIfGone(store.runs, run.id);
    // Nobody advances it: it is closed here.
    if (!store.runs.lease(run.id, owner, 0)) return;
    for (const gate of store.gates.list(run.id)) store.gates.close(gate.id, "cancelled", null);
    store.runs.move(run.id, "cancelled", now);
    store.runs.release(run.id, owner);
  });
}

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
