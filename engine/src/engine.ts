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
import type { Engine, EngineOptions, LaunchOptions, RunHandle } from "./ports/engine.ts";
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
  const { clock = systemClock, wrapStore = (store) => store } = seams;
  const root = resolve(options.root ?? ".ligase");
  const user = options.user ?? userInfo().username;
  const store = wrapStore(openSqliteStore(storePath(root)));
  const files = createLocalFileStore({ root, identities: store.files });
  const machine = machineOf(options.machine, root);
  const taskSets = new TaskSets(store.calls);
  const fileSets = new FileSets(store.calls);
  const schedulers = new Map<string, Scheduler>();
  const handles = new Map<string, ActiveRunHandle>();

  /** One scheduler per user's file: its pool of processes imports that file. */
  function schedulerOf(file: string): Scheduler {
    let scheduler = schedulers.get(file);
    if (scheduler !== undefined) return scheduler;
    const place = { workRoot: join(root, "work"), secret: secretFromEnvironment };
    scheduler = new Scheduler({
      store,
      files,
      clock,
      machine,
      limits: options.limits ?? {},
      place,
      random: Math.random,
    });
    const { listener } = scheduler;
    const builtIn = builtInTasks(files);
    scheduler.use(
      createInlineExecutor({
        name: "inline",
        tasks: (name) => builtIn(name) ?? functionOf(name),
        listener,
        files,
      }),
    );
    scheduler.use(
      createProcessExecutor({
        name: "process",
        entry: file,
        listener,
        files,
        size: Math.max(1, Math.floor(machine.cpu)),
      }),
    );
    scheduler.use(createLocalExecutor({ name: "local", files, listener, cpus: machine.cpu }));
    schedulers.set(file, scheduler);
    return scheduler;
  }

  function projectCode(): ProjectCode {
    const hasher = createTaskHasher({ cacheDir: join(root, "code") });
    const hashFunction = (definition: TaskDefinition): string =>
      definition.site === null ? hashText(`no site ${definition.name}`) : hasher.hash(definition.site).hash;
    return new ProjectCode({ calls: store.calls, sets: taskSets, hashFunction });
  }

  function begin(run: StoredRun, code: ProjectCode, launch: LaunchOptions, resumed: boolean): RunHandle {
    const name = run.name;
    const proof = new Proof({
      store,
      files,
      code,
      taskSets,
      fileSets,
      mode: launch.check ?? "proof",
      runId: run.id,
      resumed,
    });
    const handle = new ActiveRunHandle({
      run,
      store,
      clock,
      dryRun: launch.dryRun ?? false,
      over: () => handles.delete(run.id),
    });
    const scheduler = schedulerOf(run.file);
    const target = code.entry(name).definition.kind === "workflow" ? "workflow" : "task";
    handle.attach(
      scheduler,
      scheduler.start(
        {
          runId: run.id,
          store,
          files,
          clock,
          code,
          proof,
          taskSets,
          fileSets,
          template: launchTemplate(target, name),
          args: run.args,
          lastNumber: resumed ? store.jobs.lastNumber(run.id) : 0,
          encoding: { taskHash: (task) => code.hashOf(task) ?? "" },
          holdsLease: () => handle.holdsLease(),
          nodeValue: (id) => {
            const node = store.calls.get(id);
            if (node === null || node.value === null) throw new Error(`Call node ${id} is gone.`);
            return {
              key: node.key,
              value: decode(fromRowText(node.value, files)),
              taskSet: node.taskSet,
              fileSet: node.fileSet,
              volatile: node.volatile,
            };
          },
        },
        { onFailure: launch.onFailure ?? "stop", dryRun: launch.dryRun ?? false, ...handle.callbacks },
      ),
    );
    handles.set(run.id, handle);
    return handle;
  }

  return {
    load: loadDefinitions,
    async launch(launch) {
      const file = resolve(launch.file);
      const definition = findTask(launch.name);
      if (definition === undefined)
        throw new LigaseError("not-runnable", { name: launch.name, file: launch.file, known: knownNames() });
      const args = await boundArguments(definition, launch.args, files);
      const code = projectCode();
      const id = uuidv7(clock.now());
      const options = JSON.stringify({ check: launch.check, onFailure: launch.onFailure });
      const tasks = bundleOf(code, launch.name);
      if (launch.dryRun !== true)
        checkTools(
          Object.keys(tasks).map((task) => code.entry(task).definition),
          howToInstall,
        );
      const bundle = JSON.stringify(tasks);
      const createdAt = clock.now();
      store.commit("durable", () =>
        store.runs.insert({
          id,
          name: launch.name,
          file,
          args,
          bundle,
          user,
          tags: launch.tags ?? {},
          options,
          parent: null,
          createdAt,
        }),
      );
      return begin(store.runs.get(id) as StoredRun, code, launch, false);
    },
    async resume(beginning) {
      const run = findRun(store, beginning);
      if (run.status === "succeeded") throw new LigaseError("run-ended", { run: run.id, status: run.status });
      await loadWorkflowFile(run.file);
      const code = projectCode();
      refuseChangedCode(run, bundleOf(code, run.name));
      const options = JSON.parse(run.options) as Pick<LaunchOptions, "check" | "onFailure">;
      return begin(run, code, { file: run.file, name: run.name, args: null, ...options }, true);
    },
    inspect: createInspect(store, files),
    decide(decision) {
      const decided = decide(store, clock.now(), decision);
      for (const handle of handles.values()) handle.refresh();
      return decided;
    },
    cancel(beginning) {
      const run = findRun(store, beginning);
      const handle = handles.get(run.id);
      if (handle !== undefined) return handle.cancel();
      cancelFromOutside(run);
    },
    async close() {
      for (const scheduler of schedulers.values()) await scheduler.close();
      for (const handle of handles.values()) handle.leave();
      await files.close();
      store.close();
    },
  };

  function cancelFromOutside(run: StoredRun): void {
    const now = clock.now();
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
