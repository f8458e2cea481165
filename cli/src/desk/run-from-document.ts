import type { Gate, Job, JobDetail, Run } from "@ligase/server/client";
import { decisionFrom, withFiles } from "./gate-from-document.ts";
import type { DecidedBefore, DeskRun, ShownAttempt, ShownJob } from "./run-desk.ts";

type StoredError = ShownJob["error"];

/** A run that a server gave. It goes on there, whoever looks. */
export const runFrom = ({ workflow: name, args, error, ...run }: Run): DeskRun => ({
  ...run,
  name,
  args: withFiles(args),
  error: error as StoredError,
  goesOn: true,
});

/** Of a document that may have more than a job. */
export function jobFrom(runId: string, given: Job): ShownJob {
  const { number, parent, task, status, executor, queuedAt, startedAt, endedAt } = given;
  const [reason, error] = [given.reason as ShownJob["reason"], given.error as StoredError];
  return { runId, number, parent, task, status, reason, executor, queuedAt, startedAt, endedAt, error };
}

export function attemptFrom(given: JobDetail["attempts"][number]): ShownAttempt {
  const { logs: _, ...attempt } = given;
  return { ...attempt, folder: null } as ShownAttempt;
}

export const decidedBeforeFrom = (before: Gate["before"]): DecidedBefore | null =>
  before && { runId: before.run, contentHash: before.contentHash, decision: decisionFrom(before.decision) };
