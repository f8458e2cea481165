import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LigaseError } from "@ligase/sdk";
import type { TaskDefinition } from "@ligase/sdk/internal";

/** Executors that run jobs on this machine. */
const HERE = new Set(["local", "process", "inline"]);

/**
 * Looks for the tools of all tasks that a run can reach, where they would run on this machine. Calls that a task's body
 * makes are not known yet. Throws `tool-not-installed`, which names all that are missing.
 */
export function checkTools(
  tasks: Iterable<TaskDefinition>,
  howToInstall: (tools: readonly string[]) => string | null,
): void {
  const lacking = [...tasks]
    .map((task) => ({ task: task.name, tools: missingTools(task) }))
    .filter(({ tools }) => tools.length > 0);
  if (lacking.length === 0) return;
  const tools = [...new Set(lacking.flatMap((one) => one.tools))].toSorted();
  throw new LigaseError("tool-not-installed", {
    needs: lacking.map((one) => `"${one.task}" needs ${one.tools.join(", ")}`).join("; "),
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
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
