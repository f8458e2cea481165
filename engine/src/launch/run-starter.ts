import { decode } from "@ligase/sdk/internal";
import { FileSets } from "../cache/file-sets.ts";
import { Proof } from "../cache/proof.ts";
import { fromRowText } from "../cache/stored-text.ts";
import { TaskSets } from "../cache/task-sets.ts";
import { howToInstall } from "../model/known-tools.ts";
import type { LaunchOptions } from "../ports/engine.ts";
import type { Executor } from "../ports/executor.ts";
import type { StoredRun } from "../ports/store.ts";
import type { World } from "../ports/world.ts";
import type { RunContext } from "../scheduler/run-context.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { launchTemplate } from "./arguments.ts";
import { createToolCheck } from "./preflight.ts";
import { reachedTasks, type PresentCode } from "./present-code.ts";
import type { ActiveRunHandle } from "./run-handle.ts";

/** What a run begins with, or goes on with. */
export interface Start {
  readonly run: StoredRun;
  readonly code: PresentCode["code"];
  readonly handle: ActiveRunHandle;
  readonly options: Pick<LaunchOptions, "check" | "onFailure" | "dryRun">;
  /** It was in memory before, of this process or another. */
  readonly isResumed: boolean;
}

/** What a resumed run does as the launched one did. */
export const keptOptions = ({ check, onFailure }: LaunchOptions): string =>
  JSON.stringify({ check, onFailure, cwd: process.cwd() });

type KeptOptions = Pick<LaunchOptions, "check" | "onFailure"> & { readonly cwd: string };
export const optionsOf = (run: StoredRun): KeptOptions => JSON.parse(run.options) as KeptOptions;

/** Hands runs to the scheduler with all that they need of the world. */
export class RunStarter {
  readonly taskSets: TaskSets;
  readonly #world: World;
  readonly #scheduler: Scheduler;
  readonly #fileSets: FileSets;
  readonly #executors = new Map<string, ReadonlyMap<string, Executor>>();

  constructor(world: World, scheduler: Scheduler) {
    this.#world = world;
    this.#scheduler = scheduler;
    this.taskSets = new TaskSets(world.store.calls);
    this.#fileSets = new FileSets(world.store.calls);
  }

  start({ run, code, handle, options, isResumed }: Start): void {
    const { store, files, clock } = this.#world;
    const shared = { store, files, taskSets: this.taskSets, fileSets: this.#fileSets };
    const target = code.entry(run.name).definition.kind === "workflow" ? "workflow" : "task";
    const state = this.#scheduler.start(
      {
        ...shared,
        runId: run.id,
        launcher: run.user,
        parent: run.parent,
        clock,
        code,
        proof: new Proof({
          ...shared,
          code,
          mode: options.check ?? "proof",
          runId: run.id,
          resumed: isResumed,
        }),
        template: launchTemplate(target, run.name),
        args: run.args,
        lastNumber: isResumed ? store.jobs.lastNumber(run.id) : 0,
        encoding: { taskHash: (task) => code.hashOf(task) ?? "" },
        cwd: optionsOf(run).cwd,
        checkTools: createToolCheck(() => reachedTasks(code, run.name), howToInstall),
        barred: () => handle.barred(),
        nodeValue: (id) => this.#nodeValue(id),
      },
      {
        executors: this.#executorsOf(run.file),
        onFailure: options.onFailure ?? "stop",
        dryRun: options.dryRun ?? false,
        tell: handle.listener,
      },
    );
    handle.attach(this.#scheduler, state);
  }

  async close(): Promise<void> {
    for (const executors of this.#executors.values())
      for (const executor of executors.values()) await executor.close();
  }

  #nodeValue(id: number): ReturnType<RunContext["nodeValue"]> {
    const node = this.#world.store.calls.get(id);
    if (node === null || node.value === null) throw new Error(`Call node ${id} is gone.`);
    const { key, taskSet, fileSet, volatile } = node;
    return { key, value: decode(fromRowText(node.value, this.#world.files)), taskSet, fileSet, volatile };
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
