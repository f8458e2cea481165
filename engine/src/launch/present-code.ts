import { join } from "node:path";
import { LigaseError } from "@ligase/sdk";
import { findTask, hashText, innerTemplates, type TaskDefinition, type Template } from "@ligase/sdk/internal";
import { ProjectCode } from "../cache/project-code.ts";
import type { TaskSets } from "../cache/task-sets.ts";
import { codeInUse } from "../code/code-in-use.ts";
import { createTaskHasher } from "../code/task-hash.ts";
import type { Store, StoredRun } from "../ports/store.ts";

/** The project's code as this process imported it, and the hashes of what one workflow reaches, as a run keeps them. */
export interface PresentCode {
  readonly code: ProjectCode;
  readonly bundle: string;
}

/** The code that this process has imported; `cacheDir` keeps what was parsed. Throws `code-edited`. */
export function presentCode(
  name: string,
  { store, taskSets, cacheDir }: { store: Store; taskSets: TaskSets; cacheDir: string },
): PresentCode {
  const hasher = createTaskHasher({ cacheDir, code: codeInUse });
  const hashFunction = (definition: TaskDefinition): string =>
    definition.site === null ? hashText(`no site ${definition.name}`) : hasher.hash(definition.site).hash;
  const code = new ProjectCode({ calls: store.calls, sets: taskSets, hashFunction });
  const bundle = JSON.stringify(bundleOf(code, name));
  hasher.save();
  return { code, bundle };
}

/** Folder below the engine's in which hashes of code are kept. */
export const codeFolder = (root: string): string => join(root, "code");

/** C22: a run goes on with the code it began with. Throws `code-changed`. */
export function refuseChangedCode(store: Store, run: StoredRun, present: PresentCode): void {
  const changed = changedTasks(store, run, present);
  if (changed.length > 0) throw new LigaseError("code-changed", { run: run.id, tasks: changed.join(", ") });
}

/** Names of the tasks whose code is another than the run began with, those which only bodies call included. */
export function changedTasks(store: Store, run: StoredRun, { code, bundle }: PresentCode): readonly string[] {
  const before = JSON.parse(run.bundle) as Record<string, string>;
  const present = JSON.parse(bundle) as Record<string, string>;
  const changed = Object.keys(before).filter((task) => before[task] !== present[task]);
  for (const { name, hash } of store.jobs.tasks(run.id))
    if (!(name in before) && code.hashOf(name) !== hash) changed.push(name);
  return changed;
}

/** Definitions of the tasks that a workflow's templates reach. */
export const reachedTasks = (code: ProjectCode, name: string): readonly TaskDefinition[] =>
  Object.keys(bundleOf(code, name)).map((task) => code.entry(task).definition);

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
