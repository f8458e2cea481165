import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LigaseError } from "@ligase/sdk";
import type { TaskDefinition } from "@ligase/sdk/internal";
import type { RunContext } from "../scheduler/run-context.ts";

/** Executors that run jobs on this machine. */
const HERE = new Set(["local", "process", "inline"]);

/**
 * Looks for tools where jobs would run on this machine: those of all tasks that a run can reach, before its first job
 * starts, so that nothing heavy runs in vain. Tasks that only the cache has answered for so far need none, and a run that
 * starts no job is never asked. What a task's body calls is not known before and is looked at when it starts.
 */
export function createToolCheck(
  tasks: () => readonly TaskDefinition[],
  howToInstall: (tools: readonly string[]) => string | null,
): RunContext["checkTools"] {
  const missing = new Map<TaskDefinition, readonly string[]>();
  const missingOf = (task: TaskDefinition): readonly string[] => {
    const known = missing.get(task) ?? missingTools(task);
    missing.set(task, known);
    return known;
  };
  let lacking: readonly TaskDefinition[] | null = null;
  return (starting, isAnswered) => {
    lacking ??= tasks().filter((task) => missingOf(task).length > 0);
    const needed = lacking.filter((task) => task === starting || !isAnswered(task.name));
    const all =
      needed.includes(starting) || missingOf(starting).length === 0 ? needed : [...needed, starting];
    if (all.length > 0)
      throw notInstalled(
        all.map((task) => [task.name, missingOf(task)]),
        howToInstall,
      );
  };
}

function notInstalled(
  lacking: readonly (readonly [task: string, tools: readonly string[]])[],
  howToInstall: (tools: readonly string[]) => string | null,
): LigaseError {
  const tools = [...new Set(lacking.flatMap(([, missing]) => missing))].toSorted();
  return new LigaseError("tool-not-installed", {
    needs: lacking.map(([task, missing]) => `"${task}" needs ${missing.join(", ")}`).join("; "),
    tools: tools.join(", "),
    install: howToInstall(tools),
  });
}

function missingTools({ options }: TaskDefinition): readonly string[] {
  if (!HERE.has(options.executor ?? "local") || options.image !== undefined) return [];
  const path = options.env?.["PATH"] ?? process.env["PATH"] ?? "";
  return (options.tools ?? []).filter((tool) => !isInstalled(tool, path));
}

function isInstalled(tool: string, path: string): boolean {
  const places = tool.includes("/")
    ? [tool]
    : path.split(delimiter).map((folder) => join(folder || ".", tool));
  return places.some(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or in a folder of PATH that this user may not look into.
    return false;
  }
}
