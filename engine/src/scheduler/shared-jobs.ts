import type { JobError } from "@ligase/sdk/internal";
import type { Job } from "./job.ts";
import { WrittenCalls } from "./written-calls.ts";

type Failed = Pick<Job, "taskSet" | "fileSet" | "volatile" | "placement">;

/** What a run knows of a key. */
export type Shared =
  | { readonly kind: "pending"; readonly job: Job }
  /** Known in this turn, not written yet. */
  | { readonly kind: "fresh"; readonly job: Job; readonly value: unknown }
  | { readonly kind: "written"; readonly node: number }
  | ({ readonly kind: "failed"; readonly error: JobError } & Failed);

/**
 * C7: one table from key to the job that answers it in this run, pending, done, failed or from the cache alike. A
 * finished job is left as the number of its call node once that is written, so that the table stays small (R12).
 */
export class SharedJobs {
  readonly #jobs = new Map<string, Shared>();
  readonly #written = new WrittenCalls();
  #fresh: Job[] = [];

  add(job: Job): void {
    this.#jobs.set(job.key, { kind: "pending", job });
  }

  find(key: string): Shared | undefined {
    const known = this.#jobs.get(key);
    if (known !== undefined) return known;
    const node = this.#written.get(key);
    return node === 0 ? undefined : { kind: "written", node };
  }

  /** C10: an error answers equal calls of the same run, too. */
  ended(job: Job, error: JobError | null, value: unknown): void {
    if (error !== null) {
      const { taskSet, fileSet, volatile } = job;
      const placement = job.scriptPlacement ?? job.placement;
      this.#jobs.set(job.key, { kind: "failed", error, taskSet, fileSet, volatile, placement });
      return;
    }
    this.#jobs.set(job.key, { kind: "fresh", job, value });
    this.#fresh.push(job);
  }

  committed(nodeOf: (job: Job) => number | undefined): void {
    for (const job of this.#fresh) {
      const node = nodeOf(job);
      if (node === undefined) continue;
      this.#jobs.delete(job.key);
      this.#written.set(job.key, node);
    }
    this.#fresh = [];
  }
}
