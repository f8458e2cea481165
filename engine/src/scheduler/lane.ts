import type { PlacementOptions, Resources } from "@ligase/sdk/internal";
import type { Executor, LanePlaces } from "../ports/executor.ts";
import type { Limiter } from "../reducer/cell.ts";
import type { Job } from "./job.ts";

/** What a place holds, of the machine and of limits: as much as any job of its lane needs. */
export interface Needs {
  /** Null where the executor bounds by itself what its jobs use. */
  readonly resources: Resources | null;
  readonly limits: Readonly<Record<string, number>>;
  /** That of the innermost map with a concurrency of its own; the others are above it. */
  readonly limiter: Limiter | null;
}

/**
 * Jobs that are alike in what they need: when the first cannot start, none of the others can, and one that ends can leave
 * its place to the next. They stand in line until they are admitted.
 */
export class Lane implements LanePlaces {
  readonly key: string;
  readonly executor: Executor;
  readonly priority: number;
  readonly needs: Needs;
  /** Places that it holds: as many of its jobs may run at once. */
  places = 0;
  /** Jobs that were admitted and hold or will get one of the places. */
  admitted = 0;
  /** Those beyond the places were asked back. */
  isRecalled = false;
  #line: Job[] = [];
  #next = 0;

  constructor(options: Pick<Lane, "key" | "executor" | "priority" | "needs">) {
    this.key = options.key;
    this.executor = options.executor;
    this.priority = options.priority;
    this.needs = options.needs;
  }

  /** Jobs in line. */
  get waiting(): number {
    return this.#line.length - this.#next;
  }

  /** Jobs that were admitted ahead of their turn, and have no place yet. */
  get ahead(): number {
    return Math.max(0, this.admitted - this.places);
  }

  /** Puts a job at the end of the line. */
  add(job: Job): void {
    this.#line.push(job);
  }

  /** Puts a job at the head of the line. */
  putBack(job: Job): void {
    if (this.#next > 0) this.#line[--this.#next] = job;
    else this.#line.unshift(job);
  }

  /** Admits the first in line. */
  take(): Job | undefined {
    const job = this.#line[this.#next];
    if (job === undefined) return undefined;
    this.#next++;
    this.admitted++;
    if (this.#next > 1_024 && this.#next * 2 > this.#line.length) {
      this.#line.splice(0, this.#next);
      this.#next = 0;
    }
    return job;
  }

  /** Takes a job out of the line; false when it is not in it. */
  withdraw(job: Job): boolean {
    const at = this.#line.indexOf(job, this.#next);
    if (at < 0) return false;
    this.#line.splice(at, 1);
    return true;
  }

  /** Takes those out of the line that are asked for; gives their number. */
  withdrawAll(isAsked: (job: Job) => boolean): number {
    const left = this.#line.slice(this.#next).filter((job) => !isAsked(job));
    const count = this.waiting - left.length;
    this.#line = left;
    this.#next = 0;
    return count;
  }
}

export function limitsOf({ limits }: PlacementOptions): Readonly<Record<string, number>> {
  if (limits === undefined) return NONE;
  return Array.isArray(limits)
    ? Object.fromEntries(limits.map((name: string) => [name, 1]))
    : (limits as Record<string, number>);
}

const NONE: Readonly<Record<string, number>> = {};

/** Equal for jobs that can take each other's place. */
export function laneKey(executor: number, priority: number, { resources, limits, limiter }: Needs): string {
  const needs =
    resources === null
      ? ""
      : `${resources.cpu}/${resources.memoryBytes}/${resources.diskBytes}/${resources.gpu}`;
  const held = limits === NONE ? "" : JSON.stringify(limits);
  return `${executor} ${priority} ${needs} ${held} ${limiter?.id ?? ""}`;
}
