import type { TaskDefinition } from "@ligase/sdk/internal";
import { nearest } from "../nearest.ts";
import { Problem } from "../problem.ts";

/** The workflow or task of this name in a loaded file. Throws the problems `name-missing`, `name-unknown`. */
export function findDefinition(
  definitions: readonly TaskDefinition[],
  file: string,
  name: string | undefined,
): TaskDefinition {
  const names = namesOf(definitions);
  if (name === undefined) throw new Problem("name-missing", { file, names });
  const found = definitions.find((definition) => definition.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    definitions.map((definition) => definition.name),
  );
  throw new Problem("name-unknown", { file, name, names, near });
}

/** Workflows first; tasks are many, and seldom what is asked for. */
function namesOf(definitions: readonly TaskDefinition[]): readonly string[] {
  const workflows = definitions.filter(({ kind }) => kind === "workflow");
  return (workflows.length > 0 ? workflows : definitions).map(({ name }) => name);
}
