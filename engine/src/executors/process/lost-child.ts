import { LigaseError } from "@ligase/sdk";
import type { FailureKind, JobError, JobSpec } from "@ligase/sdk/internal";
import { createMask, toJobError } from "@ligase/sdk/internal";

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly exitSignal: NodeJS.Signals | null;
  /** Why it ended, where exit code and signal do not tell. */
  readonly cause: string | null;
  /** Last words in its log. */
  readonly tail: string;
}

/** The failure of the job that a child was running when it died by itself. */
export function lostJobError(spec: JobSpec, end: ProcessEnd, memoryMiB: number | null): JobError {
  const about = { task: spec.task, mask: createMask(spec.secrets) };
  if (isOutOfMemory(end)) {
    return toJobError(new LigaseError("process-out-of-memory", { task: spec.task, limitMiB: memoryMiB }), {
      ...about,
      kind: "resource",
    });
  }
  const params = { task: spec.task, cause: describeEnd(end), log: end.tail.trim() };
  return toJobError(new LigaseError("process-lost", params), { ...about, kind: "infrastructure" });
}

/** The failure of jobs that found no child, because none gets as far as running jobs. */
export function startError(entry: string, end: ProcessEnd): JobError {
  const reason = `its process ended (${describeEnd(end)}). ${end.tail.trim()}`;
  const kind: FailureKind = isOwnDoing(end) ? "misuse" : "infrastructure";
  return toJobError(new LigaseError("workflow-file-failed", { entry, reason }), {
    task: "",
    mask: (text) => text,
    kind,
  });
}

/** An exit code is the file's own doing; a process signal comes from outside, as does a lack of processes or memory. */
export const isOwnDoing = (end: ProcessEnd): boolean => end.exitCode !== null;

const describeEnd = ({ exitCode, exitSignal, cause }: ProcessEnd): string =>
  cause ?? exitSignal ?? `exit code ${exitCode}`;

/** V8 says so before it aborts. */
const isOutOfMemory = ({ tail, exitCode }: ProcessEnd): boolean =>
  exitCode !== 0 && /heap out of memory|Reached heap limit/.test(tail);
