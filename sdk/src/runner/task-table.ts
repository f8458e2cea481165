import type { CheckResult } from "../types/issue.ts";
import type { JobContext } from "./job-context.ts";

/** What the runner needs of a function task; a `FunctionDefinition` of the registry is one. */
export interface RunnableTask {
  readonly name: string;
  /** The refinements of the input schema: user code, hence run here and not in the scheduler (C12). */
  refineInput(value: unknown): CheckResult;
  checkOutput(value: unknown): CheckResult;
  run(args: never, context: JobContext): unknown;
}

/** Finds a function task by its name; undefined when no module that was imported defines it. */
export type TaskTable = (name: string) => RunnableTask | undefined;
