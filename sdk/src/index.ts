/* The public surface: what user code imports, by layer. */

// Writing tasks and workflows
export { task, type TaskDeclaration } from "./authoring/task.ts";
export { script, type ScriptDeclaration } from "./authoring/script.ts";
export { workflow, type WorkflowDeclaration } from "./authoring/workflow.ts";
export { sh, stage, when, type Shell } from "./authoring/shell.ts";
export { shell, type ShellOptions } from "./authoring/shell-expression.ts";
export { copyFile, download, type DownloadOptions } from "./authoring/transfers.ts";
export { asset } from "./authoring/asset.ts";
export { out, type Output } from "./authoring/output.ts";
export type { Task } from "./authoring/callable.ts";
export type { OutputSchema, SchemaValue, Shape } from "./authoring/shape.ts";
export type {
  PlacementOptions,
  PreviousAttempt,
  ResourceFunction,
  ResourceOptions,
  RetryOptions,
  TaskOptions,
} from "./authoring/options.ts";

// Lazy values, control flow, rows and gates
export type { Arg, Args, Lazy, Unlazy } from "./graph/lazy.ts";
export * from "./authoring/operators.ts";
export * from "./authoring/control.ts";
export * from "./authoring/task-values.ts";
export * from "./authoring/rows.ts";
export * from "./authoring/gate.ts";

// Types and values
export { z } from "zod";
export {
  bytes,
  date,
  dir,
  duration,
  file,
  instant,
  secret,
  sheet,
  size,
  type Extension,
  type FileOptions,
} from "./types/schemas.ts";
export { File, Dir } from "./values/file.ts";

// What runs inside a job, and what can go wrong
export type { JobContext } from "./runner/job-context.ts";
export type { FailureKind, JobError } from "./runner/job.ts";
export { isLigaseError, LigaseError } from "./errors/ligase-error.ts";
