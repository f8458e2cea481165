import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LigaseError } from "@ligase/sdk";
import type { TaskDefinition } from "@ligase/sdk/internal";

/** Executors that run jobs on this machine. */
const HERE = new Set(["local", "process", "inline"]);

/**
 * Looks for the tools of all tasks that a run can reach, where they would run on this machine. Calls that a task's body
 * makes are not known yet. Throws `tool-not-installed` for the first that is missing.
 */
export function checkTools(
  tasks: Iterable<TaskDefinition>,
  howToInstall: (tool: string) => string | null,
): void {
  for (const { name, options } of tasks) {
    if (!HERE.has(options.executor ?? "local") || options.image !== undefined) continue;
    const path = options.env?.["PATH"] ?? process.env["PATH"] ?? "";
    const missing = (options.tools ?? []).filter((tool) => !isInstalled(tool, path));
    const [tool] = missing;
    if (tool === undefined) continue;
    throw new LigaseError("tool-not-installed", {
      task: name,
      tools: missing.join(", "),
      install: howToInstall(tool),
    });
  }
}

function isInstalled(tool: string, path: string): boolean {
  const places = tool.includes("/")
    ? [tool]
    : path.split(delimiter).map((folder) => join(folder || ".", tool));
  return places.some(isProgram);
}

function isProgram(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
