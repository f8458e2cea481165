import type { Store } from "../ports/store.ts";
import type { Job } from "./job.ts";

/**
 * R4 over runs and engines: of equal calls in several runs one is computed, and the others wait for its result. A job
 * holds the claim of its key from its first attempt until its result or its failure is written.
 */
export class Claims {
  readonly #store: Store;
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Sorts jobs of a run that could start; what starts has its claim. */
  take(runId: string, jobs: readonly Job[]): Claimed {
    const wanted = jobs.filter(needsClaim);
    if (wanted.length === 0) return { mine: jobs, known: [], held: [] };
    const [taken, known] = this.#takeUnknown(runId, wanted);
    const sorted: Record<keyof Claimed, Job[]> = { mine: [], known: [], held: [] };
    for (const job of jobs) {
      if (!needsClaim(job)) sorted.mine.push(job);
      else if (known.has(job)) sorted.known.push(job);
      else if (taken.has(job.key)) sorted.mine.push(Object.assign(job, { isClaimed: true }));
      else sorted.held.push(job);
    }
    return sorted;
  }

  /** Between the look-up of a job and its claim another run may have written the result. */
  #takeUnknown(runId: string, jobs: readonly Job[]): readonly [ReadonlySet<string>, ReadonlySet<Job>] {
    const { claims, calls } = this.#store;
    let taken = new Set<string>();
    let known = new Set<Job>();
    this.#store.commit("computed", () => {
      taken = new Set(
        claims.take(
          runId,
          jobs.map(({ key }) => key),
        ),
      );
      const answers = calls.latest([...taken]);
      known = new Set(
        jobs.filter(
          ({ key, judged }) => taken.has(key) && judged !== null && (answers.get(key)?.id ?? 0) !== judged,
        ),
      );
      if (known.size > 0)
        claims.release(
          runId,
          [...known].map(({ key }) => key),
        );
    });
    return [taken, known];
  }

  /** Calls back once when the claim of a key may have come free. */
  wait(key: string, again: () => void): void {
    const others = this.#waiting.get(key);
    if (others === undefined) this.#waiting.set(key, [again]);
    else others.push(again);
  }

  /** A run of this process gave keys free. */
  freed(keys: readonly string[]): void {
    for (const key of keys) this.#again(key);
  }

  /** Something was written elsewhere, or a lease may be over: those that wait longest look again. */
  reconsider(): void {
    for (const key of [...this.#waiting.keys()].slice(0, RECONSIDERED)) this.#again(key);
  }

  #again(key: string): void {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const again of waiting) again();
  }
}

/** Jobs that could start, as the claims of their keys are. */
export interface Claimed {
  readonly mine: readonly Job[];
  /** Their result was written since they were looked up. */
  readonly known: readonly Job[];
  /** Another run computes their key. */
  readonly held: readonly Job[];
}

/** Keys that are looked at again at a time: those of a very wide run take turns. */
const RECONSIDERED = 1_000;

/** Light functions cost less than their claim would; what is not cached answers nobody else. */
const needsClaim = (job: Job): boolean =>
  !job.isClaimed && job.entry.isCached && job.executor?.name !== "inline" && job.attempt === 0;
