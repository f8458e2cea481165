import { LigaseError } from "../errors/ligase-error.ts";
import { BUILT_IN_PREFIX } from "./built-in.ts";
import type { TaskDefinition } from "./definition.ts";

const REGISTRY = Symbol.for("ligase.registry");

type Global = typeof globalThis & { [REGISTRY]?: Map<string, TaskDefinition> };

/** All tasks, scripts and workflows that were defined in this process, by name; one for all copies of the SDK. */
function registry(): Map<string, TaskDefinition> {
  const global = globalThis as Global;
  return (global[REGISTRY] ??= new Map());
}

/** Makes a definition known by its name. Throws `task-name-taken`, `task-name-not-valid`. */
export function registerTask(definition: TaskDefinition): void {
  const { name } = definition;
  if (!/^[A-Za-z][\w.-]{0,99}$/.test(name) || (isBuiltIn(definition) && definition.site !== null))
    throw new LigaseError("task-name-not-valid", { name });
  const first = registry().get(name);
  if (first !== undefined && describeSite(first) !== describeSite(definition)) {
    throw new LigaseError("task-name-taken", {
      name,
      first: describeSite(first),
      second: describeSite(definition),
    });
  }
  registry().set(name, definition);
}

/** The definition of a name, when its module was imported. */
export const findTask = (name: string): TaskDefinition | undefined => registry().get(name);

/** The definition of a name. Throws `task-not-found`. */
export function requireTask(name: string): TaskDefinition {
  const definition = findTask(name);
  if (definition === undefined)
    throw new LigaseError("task-not-found", {
      name,
      known: allTasks()
        .map((task) => task.name)
        .join(", "),
    });
  return definition;
}

/** All definitions of users in the order they were made. */
export const allTasks = (): readonly TaskDefinition[] =>
  [...registry().values()].filter((definition) => !isBuiltIn(definition));

const isBuiltIn = (definition: TaskDefinition): boolean => definition.name.startsWith(BUILT_IN_PREFIX);

function describeSite(definition: TaskDefinition): string {
  const { site } = definition;
  return site === null ? "an unknown place" : `${site.file}:${site.line}:${site.column}`;
}
