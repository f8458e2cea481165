import type { JobStatus } from "../model/states.ts";
import type { JobStore } from "../ports/store.ts";

/** A job that the run had before. */
export interface PastJob {
  readonly number: number;
  readonly status: JobStatus;
}

const PAGE = 10_000;

/**
 * The jobs that a run had before it left memory: whoever goes on with it finds them again and does not number them anew.
 * Read when the first is asked for, and kept in 16 bytes each (R12).
 */
export class PastJobs {
  readonly #jobs: JobStore;
  readonly #runId: string;
  readonly #last: number;
  #answered: AnsweredJobs | null = null;
  #open: Map<string, number[]> | null = null;

  /** `last` is the number of the last job that the run had, 0 for a new run. */
  constructor(jobs: JobStore, runId: string, last: number) {
    this.#jobs = jobs;
    this.#runId = runId;
    this.#last = last;
  }

  /** The job that a call node answered. */
  answeredBy(node: number): PastJob | null {
    if (this.#last === 0) return null;
    this.#answered ??= new AnsweredJobs(this.#jobs, this.#runId);
    return this.#answered.find(node);
  }

  /** The number of a workflow that was open when the run was parked: of equal ones below one job, the first not taken. */
  takeOpen(parent: number | null, task: string): number | null {
    if (this.#last === 0) return null;
    this.#open ??= this.#readOpen();
    return this.#open.get(`${parent ?? 0} ${task}`)?.shift() ?? null;
  }

  #readOpen(): Map<string, number[]> {
    const open = new Map<string, number[]>();
    for (const { parent, task, number } of this.#jobs.waiting(this.#runId)) {
      const place = `${parent ?? 0} ${task}`;
      const numbers = open.get(place);
      if (numbers === undefined) open.set(place, [number]);
      else numbers.push(number);
    }
    return open;
  }
}

/** Jobs by the call nodes that answered them: two sorted arrays of numbers. */
class AnsweredJobs {
  readonly #nodes: Float64Array;
  /** Twice the number of the job, one more when it was answered by the cache. */
  readonly #jobs: Float64Array;

  constructor(jobs: JobStore, runId: string) {
    const nodes: number[] = [];
    const found: number[] = [];
    for (let after = 0, page = PAGE; page === PAGE;) {
      const rows = jobs.answered(runId, after, PAGE);
      for (const { number, callNode, status } of rows) {
        nodes.push(callNode);
        found.push(2 * number + (status === "cached" ? 1 : 0));
      }
      page = rows.length;
      after = rows.at(-1)?.number ?? after;
    }
    const order = Uint32Array.from(nodes.keys()).toSorted(
      (a, b) => (nodes[a] as number) - (nodes[b] as number),
    );
    this.#nodes = Float64Array.from(order, (index) => nodes[index] as number);
    this.#jobs = Float64Array.from(order, (index) => found[index] as number);
  }

  find(node: number): PastJob | null {
    let low = 0;
    let high = this.#nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#nodes[middle] as number) < node) low = middle + 1;
      else high = middle;
    }
    if (this.#nodes[low] !== node) return null;
    const job = this.#jobs[low] as number;
    return { number: Math.floor(job / 2), status: job % 2 === 1 ? "cached" : "succeeded" };
  }
}
