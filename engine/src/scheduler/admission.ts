import { LigaseError } from "@ligase/sdk";
import { formatSize, type Resources } from "@ligase/sdk/internal";
import type { Executor } from "../ports/executor.ts";
import type { Job } from "./job.ts";
import { Lane, laneKey, limitsOf, type Needs } from "./lane.ts";
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
  readonly lane: Lane;
}

/** Jobs that an executor gets now, in a lane that holds as many places. */
export interface Admitted {
  readonly lane: Lane;
  readonly jobs: readonly Job[];
}

/**
 * Decides which jobs start (R7): never more of a limit, of the machine or of a map's concurrency than allowed; a request
 * above capacity is an error at once. Jobs wait in lanes of equal needs, so that a blocked lane costs one look and not
 * one per job.
 *
 * A lane holds places. To an executor that can keep them apart it hands jobs over ahead of their turn: the next one starts
 * in the place of one that ends before the scheduler hears of it. A place is given back when fewer jobs of the lane are
 * with the executor than it has places, so that what runs never needs more than what is held.
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
    const { resources } = this.grantOf(job);
    const limits = limitsOf(job.placement);
    this.#refuseImpossible(job, resources, limits);
    job.executor = executor;
    const needs = { resources: isAccounted(job) ? resources : null, limits, limiter: job.limiter };
    this.#laneFor(executor, job.placement.priority ?? 0, needs).add(job);
  }

  #laneFor(executor: Executor, priority: number, needs: Needs): Lane {
    const key = laneKey(this.#numberOf(executor), priority, needs);
    const lane = this.#lanes.get(key) ?? new Lane({ key, executor, priority, needs });
    if (lane.waiting > 0) return lane;
    // Behind those that wait already.
    this.#lanes.delete(key);
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Takes the jobs that may be handed over now, highest priority first, and holds what those need that start. */
  admit(): { readonly admitted: readonly Admitted[]; readonly recalled: readonly Lane[] } {
    const given = new Map<Executor, { inTurn: number; ahead: number }>();
    const admitted: Admitted[] = [];
    const recalled: Lane[] = [];
    const blocked: Lane[] = [];
    for (const lane of [...this.#lanes.values()].toSorted((a, b) => b.priority - a.priority)) {
      if (lane.waiting + lane.ahead === 0) continue;
      const { executor, places } = lane;
      const before = given.get(executor) ?? { inTurn: 0, ahead: 0 };
      const inTurn = this.#admitInTurn(lane, executor.capacity() - before.inTurn);
      const ahead = this.#admitAhead(lane, blocked, before.ahead);
      given.set(executor, {
        inTurn: before.inTurn + lane.places - places,
        ahead: before.ahead + ahead.length,
      });
      if (lane.places > places || ahead.length > 0) admitted.push({ lane, jobs: [...inTurn, ...ahead] });
      if (this.#isToBeRecalled(lane, blocked)) recalled.push(lane);
      if (lane.waiting > 0 && !this.#fits(lane.needs)) blocked.push(lane);
    }
    return { admitted, recalled };
  }

  #admitInTurn(lane: Lane, capacity: number): readonly Job[] {
    const jobs: Job[] = [];
    for (let room = capacity; room > 0 && lane.ahead + lane.waiting > 0 && this.#fits(lane.needs); room--) {
      this.#use(lane.needs, 1);
      lane.places++;
      // Those that were handed over ahead come first: a place for one of them is enough.
      const job = lane.admitted < lane.places ? lane.take() : undefined;
      if (job !== undefined) jobs.push(this.#hold(job, lane));
    }
    return jobs;
  }

  /** As many as the executor takes, unless a lane that comes first waits for what this one's places hold. */
  #admitAhead(lane: Lane, first: readonly Lane[], given: number): readonly Job[] {
    const { ahead } = lane.executor;
    const jobs: Job[] = [];
    if (ahead === undefined || lane.places === 0 || lane.isRecalled || this.#isOwed(lane, first)) return jobs;
    for (let room = ahead.room() - given; room > 0; room--) {
      const job = lane.take();
      if (job === undefined) break;
      jobs.push(this.#hold(job, lane));
    }
    return jobs;
  }

  /** Whether what was handed over ahead holds up jobs of a higher priority. True once. */
  #isToBeRecalled(lane: Lane, first: readonly Lane[]): boolean {
    if (lane.ahead === 0 || lane.isRecalled) return false;
    const higher = first.filter(({ priority }) => priority > lane.priority);
    lane.isRecalled = this.#isOwed(lane, higher);
    return lane.isRecalled;
  }

  /** Whether one of some lanes could start a job if this one gave a place back. */
  #isOwed(lane: Lane, others: readonly Lane[]): boolean {
    if (others.length === 0 || lane.places === 0) return false;
    // Sums of fractions drift: what it was before is put back as it was.
    const used = { ...this.#used };
    this.#use(lane.needs, -1);
    const isOwed = others.some(({ needs }) => this.#fits(needs));
    this.#use(lane.needs, 1);
    this.#used = used;
    return isOwed;
  }

  /** Gives back what a job held; its place may go to one that was handed over ahead. */
  release(job: Job): void {
    const lane = this.#held.get(job)?.lane;
    if (lane === undefined) return;
    this.#held.delete(job);
    lane.admitted--;
    if (lane.places > lane.admitted) {
      lane.places--;
      this.#use(lane.needs, -1);
    }
    if (lane.ahead === 0) lane.isRecalled = false;
    this.#forgetEmpty(lane);
  }

  /** Puts a job back in line that was given back before it started. */
  putBack(job: Job): void {
    const lane = this.#held.get(job)?.lane;
    if (lane === undefined) return;
    lane.putBack(job);
    this.release(job);
  }

  /** Takes a job out of its line; true when it had not been admitted. */
  withdraw(job: Job): boolean {
    for (const lane of this.#lanes.values()) {
      if (!lane.withdraw(job)) continue;
      this.#forgetEmpty(lane);
      return true;
    }
    return false;
  }

  /** Takes those jobs out of their lines that are asked for; gives their number. */
  withdrawAll(isAsked: (job: Job) => boolean): number {
    let count = 0;
    for (const lane of this.#lanes.values()) {
      count += lane.withdrawAll(isAsked);
      this.#forgetEmpty(lane);
    }
    return count;
  }

  #forgetEmpty(lane: Lane): void {
    if (lane.waiting === 0 && lane.admitted === 0) this.#lanes.delete(lane.key);
  }

  /** Whether no job stands in line. */
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

  /** Whether a job was admitted in a lane. */
  isIn(job: Job, lane: Lane): boolean {
    return this.#held.get(job)?.lane === lane;
  }

  #hold(job: Job, lane: Lane): Job {
    this.#held.set(job, { grant: this.grantOf(job), lane });
    return job;
  }

  #fits({ resources, limits, limiter }: Needs): boolean {
    if (resources !== null && !this.#fitsMachine(resources)) return false;
    for (const [name, count] of Object.entries(limits)) {
      if ((this.#usedLimits.get(name) ?? 0) + count > this.#capacityOf(name)) return false;
    }
    for (let at = limiter; at !== null; at = at.up) {
      if ((this.#usedLimiters.get(at.id) ?? 0) >= at.max) return false;
    }
    return true;
  }

  #fitsMachine(resources: Resources): boolean {
    return (
      this.#used.cpu + resources.cpu <= this.#machine.cpu &&
      this.#used.memoryBytes + resources.memoryBytes <= this.#machine.memoryBytes &&
      this.#used.diskBytes + resources.diskBytes <= this.#machine.diskBytes &&
      this.#used.gpu + resources.gpu <= this.#machine.gpu
    );
  }

  #use({ resources, limits, limiter }: Needs, sign: 1 | -1): void {
    if (resources !== null) this.#useMachine(resources, sign);
    for (const [name, count] of Object.entries(limits)) add(this.#usedLimits, name, sign * count);
    for (let at = limiter; at !== null; at = at.up) add(this.#usedLimiters, at.id, sign);
  }

  #useMachine(resources: Resources, sign: 1 | -1): void {
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

  #refuseImpossible(job: Job, resources: Resources, limits: Needs["limits"]): void {
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

function add<K>(counts: Map<K, number>, key: K, change: number): void {
  const now = (counts.get(key) ?? 0) + change;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
}
