/* What executors of functions use of the SDK's runner. */
export {
  AttemptContext,
  type AbortCause,
  type JobHost,
  type JobReport,
} from "../../../../sdk/src/runner/attempt-context.ts";
export { type Identify } from "../../../../sdk/src/runner/identify-files.ts";
export { toJobError } from "../../../../sdk/src/runner/job-error.ts";
export { createMask } from "../../../../sdk/src/runner/masker.ts";
export { signalGroup } from "../../../../sdk/src/runner/process-group.ts";
export { failureOf, runJob } from "../../../../sdk/src/runner/run-job.ts";
export { RunnerError } from "../../../../sdk/src/runner/runner-error.ts";
export { type RunnableTask, type TaskTable } from "../../../../sdk/src/runner/task-table.ts";
export { isDir } from "../../../../sdk/src/values/file.ts";
