/* The public surface: what user code imports, by layer. */

// Writing tasks and workflows
export { task, type TaskDeclaration } from "./authoring/task.ts";
export { script, type ScriptArgs, type ScriptDeclaration } from "./authoring/script.ts";
export { workflow, type WorkflowArgs, type WorkflowDeclaration } from "./authoring/workflow.ts";
export { sh, stage, when, type Shell } from "./authoring/shell.ts";
export { shell, type ShellOptions } from "./authoring/shell-expression.ts";
export { copyFile, download, type DownloadOptions } from "./authoring/transfers.ts";
export { asset } from "./authoring/asset.ts";
export {
  out,
  type FileOutputOptions,
  type Output,
  type OutputPaths,
  type OutputShape,
  type OutputValue,
} from "./authoring/output.ts";
export type { OutputConditions } from "./authoring/rendered-script.ts";
export type { Task } from "./authoring/callable.ts";
export type {
  OutputSchema,
  ResultValue,
  Returns,
  SchemaValue,
  Shape,
  ShapeInput,
  ShapeOutput,
} from "./authoring/shape.ts";
export type {
  DeclaredOptions,
  PlacementOptions,
  PreviousAttempt,
  ResourceFunction,
  ResourceOptions,
  RetryOptions,
  TaskOptions,
} from "./authoring/options.ts";

// Lazy values, control flow, rows and gates
export type { Arg, Args, Lazy, LazyValue, Unlazy } from "./graph/lazy.ts";
export * from "./authoring/operators.ts";
export * from "./authoring/control.ts";
export * from "./authoring/task-values.ts";
export * from "./authoring/rows.ts";
export * from "./authoring/gate.ts";
export * from "./authoring/wait-for-event.ts";
export {
  onEvents,
  onFiles,
  onRows,
  trigger,
  type EventTrigger,
  type FileEvents,
  type FileEventsOptions,
  type PublishedEvents,
  type PublishedEventsOptions,
  type RowEvents,
  type RowEventsOptions,
  type FileTrigger,
  type RowTrigger,
  type TriggerEvent,
  type TriggerSource,
} from "./authoring/trigger.ts";
export {
  external,
  type External,
  type ExternalDeclaration,
  type ExternalRetries,
} from "./authoring/external.ts";
export { signal, type SignalOptions } from "./authoring/signal.ts";
export type { Role } from "./graph/template.ts";

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
export type { Quantity } from "./types/quantity.ts";
export type { Duration } from "./types/duration.ts";
export type { Size } from "./types/byte-size.ts";
export type { Secret } from "./values/codec.ts";
export { File, Dir, type FileFields } from "./values/file.ts";

// What runs inside a job, and what can go wrong
export type {
  Checkpoint,
  JobContext,
  JobLog,
  Secrets,
  ToolOptions,
  ToolResult,
} from "./runner/job-context.ts";
export type { DeckBuilder } from "./runner/deck.ts";
export type { PlotSeries, PlotSpec } from "./runner/plot.ts";
export type { FailureKind, JobError } from "./runner/job.ts";
export type { ErrorCode, ErrorParams } from "./errors/catalogue.ts";
export { isLigaseError, LigaseError } from "./errors/ligase-error.ts";
