import type { RunEnd, RunEvent } from "@ligase/engine";
import type { FailedJob } from "../output/failure.ts";

/** The failures of a run, each once: an error that passes through its callers is one failure. */
export class FailureLog {
  readonly #failures = new Map<string, FailedJob>();

  note(event: RunEvent): void {
    if (event.kind !== "job-ended" || event.status !== "failed" || event.error === null) return;
    const key = keyOf(event.error);
    if (!this.#failures.has(key)) this.#failures.set(key, { job: event.job, error: event.error });
  }

  /** The one that ended the run first, then the others. */
  all({ error }: RunEnd): readonly FailedJob[] {
    if (error === null) return [...this.#failures.values()];
    const first = this.#failures.get(keyOf(error)) ?? { job: null, error };
    return [first, ...[...this.#failures.values()].filter((failure) => failure !== first)];
  }
}

const keyOf = ({ kind, task, message, details }: FailedJob["error"]): string =>
  JSON.stringify([kind, task, message, details?.["folder"]]);
