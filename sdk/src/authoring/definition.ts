import type { Template } from "../graph/template.ts";
import type { JobContext } from "../runner/job-context.ts";
import type { RecordIr, TypeIr } from "../types/type-ir.ts";
import type { CheckResult } from "../types/check.ts";
import type { PlacementOptions, TaskOptions } from "./options.ts";
import type { RenderedScript } from "./rendered-script.ts";
import type { ScriptTemplate } from "./script-template.ts";

/** Where a task was defined, for its code hash and for messages. */
export interface Site {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Common {
  readonly name: string;
  readonly options: TaskOptions;
  readonly site: Site | null;
  readonly input: RecordIr;
  readonly output: TypeIr;
  /** Binds arguments: checks them and fills in defaults (design section 3). */
  checkInput(value: unknown): CheckResult;
  checkOutput(value: unknown): CheckResult;
  /** The refinements of the input schema, which run before the body, where user code runs (C12). */
  refineInput(value: unknown): CheckResult;
  /** The bound arguments as they are for a run launched from `cwd`, where they mean something else elsewhere. */
  atFolder?(args: unknown, cwd: string): unknown;
}

/** A function task. */
export interface FunctionDefinition extends Common {
  readonly kind: "task";
  /** Of a function that gives a script as its expression: where and with what the script runs. */
  readonly scriptOptions?: PlacementOptions;
  run(args: never, ctx: JobContext): unknown;
}

/** A script task; its command was traced into data. */
export interface ScriptDefinition extends Common {
  readonly kind: "script";
  readonly template: ScriptTemplate;
  /** The script with arguments in place; runs no user code (C16). */
  render(args: unknown): RenderedScript;
}

/** A workflow; its body ran once with placeholders. */
export interface WorkflowDefinition extends Common {
  readonly kind: "workflow";
  /** Compiled on first use, then kept. Throws what compiling throws. */
  readonly template: Template;
}

export type TaskDefinition = FunctionDefinition | ScriptDefinition | WorkflowDefinition;
