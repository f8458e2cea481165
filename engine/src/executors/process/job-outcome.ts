import { LigaseError } from "@ligase/sdk";
import type { FailureKind, JobError, JobSpec, Outcome } from "@ligase/sdk/internal";
import { toJobError, type AbortCause } from "@ligase/sdk/internal";

/** An attempt that failed outside of its body. */
export function failedOutcome(error: JobError): Outcome {
  return { ok: false, error, usage: { wallMs: 0 }, decks: [] };
}

/** How an attempt ends that was asked to end and could not say so itself. */
export function abortedOutcome(spec: JobSpec, cause: AbortCause): Outcome {
  if (cause === "cancelled")
    return refused(new LigaseError("task-cancelled", { task: spec.task }), spec, "cancelled");
  return refused(
    new LigaseError("task-timed-out", { task: spec.task, timeoutMs: spec.timeoutMs ?? 0 }),
    spec,
    "resource",
  );
}

/** Executors of functions run no scripts. */
export function scriptRefused(spec: JobSpec, executor: string): Outcome {
  return refused(new LigaseError("task-not-a-function", { task: spec.task, executor }), spec, "misuse");
}

/** The user's file does not define the task. */
export function unknownTask(spec: JobSpec): Outcome {
  return refused(new LigaseError("task-not-loaded", { task: spec.task }), spec, "misuse");
}

function refused(thrown: LigaseError, spec: JobSpec, kind: FailureKind): Outcome {
  return failedOutcome(toJobError(thrown, { task: spec.task, mask: (text) => text, kind }));
}
