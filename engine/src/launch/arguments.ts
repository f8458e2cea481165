import { readFileSync } from "node:fs";
import { LigaseError } from "@ligase/sdk";
import {
  compileParse,
  decode,
  encode,
  formatIssues,
  identifyFiles,
  placeProblem,
  type Issue,
  type TaskDefinition,
  type Template,
} from "@ligase/sdk/internal";
import type { FileStore } from "../ports/file-store.ts";

/** A launch is one call, of a workflow or a task, with the run's arguments. */
export function launchTemplate(target: "task" | "workflow", name: string): Template {
  return {
    params: 1,
    nodes: [
      { op: "param", index: 0 },
      { op: "call", target, name, args: 0, label: name },
    ],
    result: 1,
  };
}

/**
 * The arguments of a launch in stored form: parsed, checked and bound by the types, with the content of every file read.
 * Nothing runs before all of it is right. Throws `argument-not-valid` (which also tells, by row and column,
 * all files that a sheet names and that are not there), `file-not-found`, ….
 */
export async function boundArguments(
  definition: TaskDefinition,
  given: unknown,
  files: FileStore,
): Promise<string> {
  const parsed = parsedArguments(definition, given);
  const value = await identifyFiles(parsed, (file) => files.identify(file));
  return encode(value, { locations: true });
}

/** The arguments of a launch as the types read them, before the content of their files is read. Throws `argument-not-valid`. */
export function parsedArguments(definition: TaskDefinition, given: unknown): unknown {
  const parse = compileParse(definition.input, {
    form: "json",
    baseDir: process.cwd(),
    readText: (file) => readFileSync(file.path, "utf8"),
    placeProblem,
  });
  const parsed = parse(given ?? {});
  if (!parsed.ok) throw invalid(definition.name, parsed.issues);
  const refined = definition.refineInput(parsed.value);
  if (!refined.ok) throw invalid(definition.name, refined.issues);
  return parsed.value;
}

/** Arguments of an earlier launch, bound to the types as they are now. Throws `argument-not-valid`. */
export function reboundArguments(definition: TaskDefinition, argsText: string): string {
  const bound = definition.checkInput(decode(argsText));
  if (!bound.ok) throw invalid(definition.name, bound.issues);
  return encode(bound.value, { locations: true });
}

const invalid = (task: string, issues: readonly Issue[]): LigaseError =>
  new LigaseError("argument-not-valid", { task, issues: formatIssues(issues), fields: issues });
