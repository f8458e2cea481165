import { LigaseError } from "@ligase/sdk";
import { formatSize, type PlacementOptions } from "@ligase/sdk/internal";
import type { Executor } from "../ports/executor.ts";
import type { Limiter } from "../reducer/cell.ts";
import type { Job } from "./job.ts";
import { grantFor, type Grant } from "./resources.ts";

/** What jobs on this machine may use together. */
export interface Machine {
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly gpu: number;
}

interface Held {
  readonly grant: Grant;
  readonly limits: Readonly<Record<string, number>>;
  readonly limiter: Limiter | null;
  readonly counts: boolean;
}

/** Jobs that are alike in what they need: when the first cannot start, none of the others can. */
interface Lane {
  readonly priority: number;
  jobs: Job[];
  next: number;
}

/**
 * Decides which jobs start (R7): never more of a limit, of the machine or of a map's concurrency than allowed; a request
 * above capacity is an error at once. Jobs wait in lanes of equal needs, so that a blocked lane costs one look and not
 * one per job.
 */
export class Admission {
  readonly #machine: Machine;
  readonly #limits: Readonly<Record<string, number>>;
  readonly #lanes = new Map<string, Lane>();
  readonly #held = new Map<Job, Held>();
  readonly #numbers = new Map<Executor, number>();
  readonly #usedLimits = new Map<string, number>();
  readonly #usedLimiters = new Map<number, number>();
  #used = { cpu: 0, memoryBytes: 0, diskBytes: 0, gpu: 0 };

  constructor(options: { machine: Machine; limits: Readonly<Record<string, number>> }) {
    this.#machine = options.machine;
    this.#limits = options.limits;
  }

  /** Puts a job in line. Throws `resources-above-capacity`, `limit-above-capacity`, `executor-not-found`. */
  enqueue(job: Job, executors: ReadonlyMap<string, Executor>): void {
    const executor = executorFor(job, executors);
    const grant = this.grantOf(job);
    const limits = limitsOf(job.placement);
    this.#refuseImpossible(job, grant, limits);
    job.executor = executor;
    const key = `${this.#numberOf(executor)} ${laneKey(job, grant, limits)}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined)
      this.#lanes.set(key, (lane = { priority: job.placement.priority ?? 0, jobs: [], next: 0 }));
    lane.jobs.push(job);
  }

  /** Takes the jobs that may start now, by executor, highest priority first, and holds what they need. */
  admit(): ReadonlyMap<Executor, readonly Job[]> {
    const admitted = new Map<Executor, Job[]>();
    const lanes = [...this.#lanes].toSorted(([, a], [, b]) => b.priority - a.priority);
    for (const [key, lane] of lanes) {
      this.#admitLane(lane, admitted);
      if (lane.next === lane.jobs.length) this.#lanes.delete(key);
    }
    return admitted;
  }

  #admitLane(lane: Lane, admitted: Map<Executor, Job[]>): void {
    for (let job = lane.jobs[lane.next]; job !== undefined; job = lane.jobs[lane.next]) {
      const executor = job.executor as Executor;
      const taken = admitted.get(executor) ?? [];
      if (taken.length >= executor.capacity() || !this.#hold(job)) break;
      taken.push(job);
      admitted.set(executor, taken);
      lane.next++;
    }
    if (lane.next > 1_024 && lane.next * 2 > lane.jobs.length) {
      lane.jobs.splice(0, lane.next);
      lane.next = 0;
    }
  }

  /** Gives back what a job held. */
  release(job: Job): void {
    const held = this.#held.get(job);
    if (held === undefined) return;
    this.#held.delete(job);
    if (held.counts) this.#use(held.grant, -1);
    for (const [name, count] of Object.entries(held.limits)) add(this.#usedLimits, name, -count);
    for (let limiter = held.limiter; limiter !== null; limiter = limiter.up)
      add(this.#usedLimiters, limiter.id, -1);
  }

  /** Takes a job out of its line; true when it had not started. */
  withdraw(job: Job): boolean {
    for (const lane of this.#lanes.values()) {
      const at = lane.jobs.indexOf(job, lane.next);
      if (at < 0) continue;
      lane.jobs.splice(at, 1);
      return true;
    }
    return false;
  }

  /** Takes those jobs out of their lines that are asked for; gives their number. */
  withdrawAll(isAsked: (job: Job) => boolean): number {
    let count = 0;
    for (const lane of this.#lanes.values()) {
      const left = lane.jobs.slice(lane.next).filter((job) => !isAsked(job));
      count += lane.jobs.length - lane.next - left.length;
      lane.jobs = left;
      lane.next = 0;
    }
    return count;
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** What an attempt of a job gets. What grew with retries stops growing at what there is. */
  grantOf(job: Job): Grant {
    const held = this.#held.get(job);
    if (held !== undefined) return held.grant;
    const grant = grantFor(job);
    if (job.failures.length === 0 || job.attempt === 0) return grant;
    const memoryBytes = Math.min(grant.resources.memoryBytes, this.#machine.memoryBytes);
    return { ...grant, resources: { ...grant.resources, memoryBytes } };
  }

  #hold(job: Job): boolean {
    const grant = this.grantOf(job);
    const limits = limitsOf(job.placement);
    const counts = isAccounted(job);
    if (counts && !this.#fits(grant)) return false;
    for (const [name, count] of Object.entries(limits)) {
      if ((this.#usedLimits.get(name) ?? 0) + count > this.#capacityOf(name)) return false;
    }
    for (let limiter = job.limiter; limiter !== null; limiter = limiter.up) {
      if ((this.#usedLimiters.get(limiter.id) ?? 0) >= limiter.max) return false;
    }
    if (counts) this.#use(grant, 1);
    for (const [name, count] of Object.entries(limits)) add(this.#usedLimits, name, count);
    for (let limiter = job.limiter; limiter !== null; limiter = limiter.up)
      add(this.#usedLimiters, limiter.id, 1);
    this.#held.set(job, { grant, limits, limiter: job.limiter, counts });
    return true;
  }

  #fits({ resources }: Grant): boolean {
    return (
      this.#used.cpu + resources.cpu <= this.#machine.cpu &&
      this.#used.memoryBytes + resources.memoryBytes <= this.#machine.memoryBytes &&
      this.#used.diskBytes + resources.diskBytes <= this.#machine.diskBytes &&
      this.#used.gpu + resources.gpu <= this.#machine.gpu
    );
  }

  #use({ resources }: Grant, sign: 1 | -1): void {
    this.#used.cpu += sign * resources.cpu;
    this.#used.memoryBytes += sign * resources.memoryBytes;
    this.#used.diskBytes += sign * resources.diskBytes;
    this.#used.gpu += sign * resources.gpu;
  }

  /** A limit that nobody gave a size has room for one. */
  #capacityOf(limit: string): number {
    return this.#limits[limit] ?? 1;
  }

  /** Executors of several users' files may have one name. */
  #numberOf(executor: Executor): number {
    let number = this.#numbers.get(executor);
    if (number === undefined) this.#numbers.set(executor, (number = this.#numbers.size));
    return number;
  }

  #refuseImpossible(job: Job, { resources }: Grant, limits: Readonly<Record<string, number>>): void {
    const task = job.entry.definition.name;
    const refuse = (resource: string, asked: string, capacity: string): never => {
      throw new LigaseError("resources-above-capacity", { task, resource, asked, capacity });
    };
    const { cpu, memoryBytes, diskBytes, gpu } = this.#machine;
    if (resources.cpu > cpu) refuse("cpu", String(resources.cpu), String(cpu));
    if (resources.memoryBytes > memoryBytes)
      refuse("memory", formatSize(resources.memoryBytes), formatSize(memoryBytes));
    if (resources.diskBytes > diskBytes)
      refuse("disk", formatSize(resources.diskBytes), formatSize(diskBytes));
    if (resources.gpu > gpu) refuse("gpu", String(resources.gpu), String(gpu));
    for (const [limit, asked] of Object.entries(limits)) {
      const capacity = this.#capacityOf(limit);
      if (asked > capacity) throw new LigaseError("limit-above-capacity", { task, limit, asked, capacity });
    }
  }
}

function executorFor(job: Job, executors: ReadonlyMap<string, Executor>): Executor {
  const name = job.placement.executor ?? defaultExecutor(job);
  const executor = executors.get(name);
  if (executor !== undefined) return executor;
  throw new LigaseError("executor-not-found", {
    task: job.entry.definition.name,
    executor: name,
    known: [...executors.keys()].join(", "),
  });
}

function defaultExecutor(job: Job): string {
  const { definition } = job.entry;
  if (definition.kind === "script") return "local";
  return definition.options.light === true ? "inline" : "process";
}

/** The pool of child processes is as wide as the machine: a function that asks for nothing more is bounded by it. */
function isAccounted(job: Job): boolean {
  return job.entry.definition.kind === "script" || job.placement.resources !== undefined;
}

function limitsOf({ limits }: PlacementOptions): Readonly<Record<string, number>> {
  if (limits === undefined) return NONE;
  return Array.isArray(limits)
    ? Object.fromEntries(limits.map((name: string) => [name, 1]))
    : (limits as Record<string, number>);
}

const NONE: Readonly<Record<string, number>> = {};

function laneKey(job: Job, { resources }: Grant, limits: Readonly<Record<string, number>>): string {
  const { priority = 0 } = job.placement;
  const needs = isAccounted(job)
    ? `${resources.cpu}/${resources.memoryBytes}/${resources.diskBytes}/${resources.gpu}`
    : "";
  const held = limits === NONE ? "" : JSON.stringify(limits);
  return `${priority} ${needs} ${held} ${job.limiter?.id ?? ""}`;
}

function add<K>(counts: Map<K, number>, key: K, change: number): void {
  const now = (counts.get(key) ?? 0) + change;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
}
