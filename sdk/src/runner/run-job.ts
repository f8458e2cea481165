import { LigaseError } from "../errors/ligase-error.ts";
import { compileExpression } from "../graph/compile.ts";
import { isLazy } from "../graph/lazy.ts";
import { formatIssues, type CheckResult } from "../types/issue.ts";
import { decode, encode } from "../values/codec.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { hasUnreadFiles, identifyFiles, identifyTemplate, survey } from "./identify-files.ts";
import type { JobError, JobResult, Outcome, Usage } from "./job.ts";
import { toJobError } from "./job-error.ts";
import type { RunnableTask } from "./task-table.ts";

/** Bytes that an encoded value may take (C13). */
export const MAX_VALUE_BYTES = 64 * 2 ** 20;

/** What `runJob` needs beside the definition. */
export interface JobRequest {
  /** Arguments in stored form. Decoded for this attempt alone: a body may change them without harm to anybody. */
  readonly argsText: string;
  readonly context: AttemptContext;
}

/**
 * Runs a function task once: decode, refinements, body, check, encode. Never throws and never rejects. When the body
 * returns without a promise and no file has to be read, the outcome is there at once: no turn of the loop is spent.
 */
export function runJob(task: RunnableTask, request: JobRequest): Outcome | Promise<Outcome> {
  const attempt: Attempt = { task, context: request.context, startedMs: performance.now() };
  try {
    const args = bindArguments(task, request.argsText);
    const returned = task.run(args as never, request.context);
    // What only looks like a promise is made one: its `then` may keep no promise itself.
    const result = isThenable(returned)
      ? Promise.resolve(returned).then((value) => toResult(attempt, value))
      : toResult(attempt, returned);
    if (!(result instanceof Promise)) return ended(attempt, result);
    return result.then(
      (value) => ended(attempt, value),
      (error: unknown) => failed(attempt, error),
    );
  } catch (error) {
    return failed(attempt, error);
  }
}

interface Attempt {
  readonly task: RunnableTask;
  readonly context: AttemptContext;
  readonly startedMs: number;
}

function bindArguments(task: RunnableTask, argsText: string): unknown {
  const args = decode(argsText);
  return checked(task.refineInput(args), `The input of "${task.name}"`);
}

function checked(result: CheckResult, what: string): unknown {
  if (result.ok) return result.value;
  throw new LigaseError("type-mismatch", { what, problems: formatIssues(result.issues) });
}

/** A lazy value answers to every name, hence it is asked first. */
const isThenable = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof value === "object" &&
  value !== null &&
  !isLazy(value) &&
  typeof (value as { then?: unknown }).then === "function";

function toResult(attempt: Attempt, returned: unknown): JobResult | Promise<JobResult> {
  const value = returned === undefined ? null : returned;
  switch (survey(value)) {
    case "plain":
      return toValue(attempt.task, value);
    case "files":
      return identifyFiles(value, attempt.context.identify).then((known) => toValue(attempt.task, known));
    case "lazy":
      return toExpression(attempt, value);
  }
}

function toValue(task: RunnableTask, value: unknown): JobResult {
  const fitting = checked(task.checkOutput(value), `The result of "${task.name}"`);
  const text = encode(fitting, { locations: true });
  const bytes = text.length * 3 > MAX_VALUE_BYTES ? Buffer.byteLength(text) : 0;
  if (bytes > MAX_VALUE_BYTES) throw new LigaseError("value-too-large", { bytes, limit: MAX_VALUE_BYTES });
  return { kind: "value", text };
}

/** The type of an expression is checked when its value is known. */
function toExpression(attempt: Attempt, value: unknown): JobResult | Promise<JobResult> {
  const template = compileExpression(value);
  if (!hasUnreadFiles(template)) return { kind: "expression", template };
  return identifyTemplate(template, attempt.context.identify).then((known) => ({
    kind: "expression",
    template: known,
  }));
}

function ended(attempt: Attempt, result: JobResult): Outcome {
  if (attempt.context.abortCause !== null) return failed(attempt, undefined);
  const { wrote } = attempt.context;
  const outcome = { ok: true as const, result, usage: usageOf(attempt), decks: attempt.context.close() };
  return wrote ? { ...outcome, wrote } : outcome;
}

function failed(attempt: Attempt, thrown: unknown): Outcome {
  const { context } = attempt;
  return { ok: false, error: failureOf(context, thrown), usage: usageOf(attempt), decks: context.close() };
}

/** What a job failed of. After an abort all that its body throws or returns is a consequence: the abort is told. */
export function failureOf(context: AttemptContext, thrown: unknown): JobError {
  const { abortCause, task, mask } = context;
  switch (abortCause) {
    case null:
      return toJobError(thrown, { task, mask });
    case "cancelled":
      return toJobError(context.abortError(), { task, mask, kind: "cancelled" });
    case "timed-out":
      return toJobError(context.abortError(), { task, mask, kind: "resource" });
  }
}

const usageOf = (attempt: Attempt): Usage => ({ wallMs: performance.now() - attempt.startedMs });
