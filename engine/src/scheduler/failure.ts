import { isLigaseError } from "@ligase/sdk";
import type { JobError } from "@ligase/sdk/internal";

/** An error that the engine met on a job's behalf, as data. */
export function toJobErrorData(error: unknown, task: string): JobError {
  if (isLigaseError(error)) {
    const { code, message, remedy } = error;
    return { kind: "misuse", name: "LigaseError", code, message, remedy, task };
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  return {
    kind: "infrastructure",
    name: thrown.name,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    task,
  };
}
