import { resolve } from "node:path";
import { allTasks, findTask, type TaskDefinition } from "@ligase/sdk/internal";
import { userName } from "@ligase/sdk/values";
import { builtInTasks } from "./builtin/built-in-tasks.ts";
import { codeInUse } from "./code/code-in-use.ts";
import { createFileSource, type FileSourceOptions } from "./events/file-source.ts";
import { createQuerySource, type QuerySourceOptions } from "./events/query-source.ts";
import { createInlineExecutor } from "./executors/inline.ts";
import { createLocalExecutor } from "./executors/local/local.ts";
import { withoutEditedAssets } from "./executors/process/edited-code.ts";
import { createProcessExecutor } from "./executors/process/process-executor.ts";
import { createLocalFileStore } from "./files/local-file-store.ts";
import { machineOf } from "./launch/machine.ts";
import { WorldEngine } from "./launch/world-engine.ts";
import { loadWorkflowFile } from "./load.ts";
import type { Clock } from "./ports/clock.ts";
import type { Engine, EngineOptions } from "./ports/engine.ts";
import type { EventSource } from "./ports/events.ts";
import type { Executor, ExecutorListener } from "./ports/executor.ts";
import type { FileStore } from "./ports/file-store.ts";
import type { Store } from "./ports/store.ts";
import type { Machine } from "./scheduler/admission.ts";
import { systemClock } from "./scheduler/system-clock.ts";
import { openPostgresStore } from "./store/postgres/postgres.ts";
import { openSqliteStore, storePath } from "./store/sqlite.ts";

/**
 * Opens the engine on a folder: store, files, executors and scheduler put together. This is the only place that names a
 * concrete store, file store or executor.
 *
 * Throws `store-newer`, `store-damaged`, `store-on-network`, `store-not-writable`, `store-unavailable`,
 * `store-url-not-valid`.
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
export function openEngineWith(
  options: EngineOptions,
  { clock = systemClock, wrapStore = (store) => store }: EngineSeams,
): Engine {
  const root = resolve(options.root ?? ".ligase");
  const store = wrapStore(openStore(options.store, root, clock));
  const files = createLocalFileStore({ root, identities: store.files });
  const machine = machineOf(options.machine, root);
  const world = {
    clock,
    store,
    files,
    executors: (file: string, listener: ExecutorListener) =>
      localExecutors(file, { listener, files, machine }),
    load: loadWorkflowFile,
    random: Math.random,
  };
  return new WorldEngine(world, {
    root,
    user: options.user ?? userName(),
    machine,
    limits: options.limits ?? {},
    serves: options.serves ?? false,
  });
}

/** A source of events for `engine.events.listen`: files that are new or have changed. */
export const fileSource = (options: FileSourceOptions): EventSource =>
  createFileSource({ ...options, clock: systemClock });

/** A source of events for `engine.events.listen`: rows of a database. Throws `event-source-not-valid`. */
export const querySource = (options: QuerySourceOptions): EventSource =>
  createQuerySource({ ...options, clock: systemClock });

/** A URL names a store on Postgres; by default there is one in the root. */
const openStore = (url: string | undefined, root: string, clock: Clock): Store =>
  url === undefined ? openSqliteStore(storePath(root), () => clock.now()) : openPostgresStore(url);

function localExecutors(
  file: string,
  { machine, ...all }: { listener: ExecutorListener; files: FileStore; machine: Machine },
): readonly Executor[] {
  const { cpu } = machine;
  const builtIn = builtInTasks(all.files);
  const tasks = (name: string) => builtIn(name) ?? functionOf(name);
  const functions = { ...all, listener: withoutEditedAssets(codeInUse, all.listener) };
  const size = Math.max(1, Math.floor(cpu));
  return [
    createInlineExecutor({ ...functions, name: "inline", tasks }),
    createProcessExecutor({ ...functions, name: "process", entry: file, size, code: codeInUse }),
    createLocalExecutor({ ...all, name: "local", cpus: cpu }),
  ];
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
