import type { LeasedTask } from "@ligase/engine/testing";
import { readGates } from "../decisions/decision-rows.ts";
import { OPERATORS, OTHERS } from "../decisions/people.ts";
import type { PlannedGate } from "../decisions/planned-gate.ts";
import { intendedWork, TOPICS, type PlannedWork } from "../decisions/planned-work.ts";
import { said } from "../decisions/said-report.ts";
import { nextInLine, type Wanted } from "../decisions/work-line.ts";
import { readWork, type LeaseRow, type WorkRows } from "../decisions/work-rows.ts";
import { verdictOnReport, type WorkReport } from "../decisions/work-verdict.ts";
import { ask, isOfMachine, later } from "./asked-engine.ts";
import type { ClientsWorld } from "./clients-world.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";

/** A task in the hands of a worker, whose name asked once. */
interface Held {
  readonly worker: string;
  readonly gate: string;
  readonly token: string;
  readonly x: number;
  readonly path: string;
  readonly planned: PlannedGate;
  readonly work: PlannedWork;
  /** Times that it was tried again. */
  readonly failures: number;
  readonly lastsMs: number;
}

const ALL = 100;
const SHORT_MS = 1_000;

/**
 * Programs outside that pull tasks, through whichever engine answers: several at once, that work, fail, give back, come too
 * late, say things twice, vanish, and claim what they do not have.
 */
export class Workers {
  readonly #world: ClientsWorld;
  /** All that was ever given out, for those who claim what others have. */
  readonly #held: Held[] = [];
  readonly #waiting = new Set<SimulatedEngine>();
  readonly #called = new Set<SimulatedEngine>();
  #count = 0;
  #isSettling = false;

  constructor(world: ClientsWorld) {
    this.#world = world;
  }

  get #areThere(): boolean {
    return [...this.#world.planned.gates.values()].some(({ work }) => work !== null);
  }

  begin(): void {
    this.#isSettling = false;
    const { seeded } = this.#world;
    if (!this.#areThere) return;
    for (let polls = seeded.whole(2, 8); polls > 0; polls--)
      this.#later(seeded.whole(0, seeded.one([200, 2_000, 100_000])), "worker", () => this.#poll());
  }

  #later(delayMs: number, label: string, run: () => void): void {
    later(this.#world, delayMs, { label, run });
  }

  /** At some engines a worker waits to be told that there is something to do. */
  opened(at: SimulatedEngine): void {
    if (!this.#areThere || !this.#world.seeded.chance(0.5)) return;
    this.#waiting.add(at);
    at.engine.external.subscribe(() => {
      if (at.life.isAlive) this.#call(at);
    });
    this.#call(at);
  }

  #call(at: SimulatedEngine): void {
    if (this.#called.has(at)) return;
    this.#called.add(at);
    this.#later(0, "worker is called", () => {
      this.#called.delete(at);
      if (!at.life.isAlive) return;
      const given = this.#lease(at, { topics: TOPICS, limit: 1 });
      // Who got something asks again, and who got no answer.
      if (given > 0) this.#call(at);
      else if (given < 0) this.#later(1_000, "worker asks again", () => this.#call(at));
    });
  }

  /** R10: nobody waits to be told of what is in line. */
  #checkCalled(): void {
    const [next] = nextInLine(this.#rows().tasks, { topics: TOPICS, limit: 1 }, -Infinity);
    if (next === undefined) return;
    for (const at of this.#waiting)
      if (at.life.isAlive) this.#broken(`a task is in line, and who waits at ${at.life.name} is not told`);
  }

  #rows(): WorkRows {
    return readWork((sql) => this.#world.database.rows(sql));
  }

  #poll(): void {
    const { seeded, faults } = this.#world;
    const at = this.#world.engine();
    if (at === null) return;
    const [first, second] = seeded.chance(0.5) ? TOPICS : TOPICS.toReversed();
    const topics = seeded.chance(0.5) ? [first as string, second as string] : [first as string];
    if (faults.strikes("forged")) this.#leaseWithoutRight(at);
    this.#lease(at, { topics, limit: seeded.one([1, 2, ALL]) });
  }

  /** Asks for tasks; gives how many were given, and less than none when nobody knows. */
  #lease(at: SimulatedEngine, wanted: Wanted): number {
    const { seeded, time } = this.#world;
    const worker = `bench-${++this.#count}`;
    const lastsMs = this.#isSettling ? SHORT_MS : seeded.one([SHORT_MS, 5_000, 60_000]);
    const by = seeded.one(OPERATORS);
    const expected = nextInLine(this.#rows().tasks, wanted, time.now());
    const atMs = time.now();
    const asked = ask(at, ({ external }) => external.lease({ ...wanted, worker, by, lastsMs }));
    if (asked.kind === "refused" && !isOfMachine(asked.code))
      this.#broken(`${worker} was refused: ${asked.code}`);
    if (asked.kind !== "answer") return -1;
    const given = asked.value;
    this.#world.trace(`${worker} was given ${given.map(({ task }) => task.path).join(", ") || "nothing"}`);
    const ids = given.map(({ task }) => task.id);
    // On a slow disk leases may be over meanwhile.
    if (time.now() === atMs && ids.join() !== expected.join())
      this.#broken(`${worker} was given [${ids.join()}], and [${expected.join()}] are in line`);
    for (const leased of given) this.#given(leased, { worker, lastsMs });
    return given.length;
  }

  #leaseWithoutRight(at: SimulatedEngine): void {
    const by = this.#world.seeded.one(OTHERS);
    const asked = ask(at, ({ external }) => external.lease({ topics: TOPICS, worker: "other", by }));
    if (asked.kind === "answer") this.#broken(`${by.name} was given tasks without the right to them`);
  }

  #given({ task, token, input }: LeasedTask, { worker, lastsMs }: { worker: string; lastsMs: number }): void {
    const { told, time, planned } = this.#world;
    const problem = told.work.leased({ gate: task.id, worker, lastsMs, atMs: time.now() });
    if (problem !== null) this.#broken(problem);
    const plan = planned.gates.get(task.name);
    if (plan?.work == null) return this.#broken(`${worker} was given ${task.path}, which nobody planned`);
    const { x } = input as { readonly x: number };
    const held = { worker, gate: task.id, path: task.path, token, x, lastsMs, failures: task.failures };
    this.#take({ ...held, planned: plan, work: plan.work });
  }

  /** What becomes of a task that a worker has. */
  #take(held: Held): void {
    const { faults, seeded } = this.#world;
    this.#held.push(held);
    if (faults.strikes("forged"))
      this.#later(seeded.whole(0, 500), "worker without lease", () => this.#forge());
    if (faults.strikes("vanish")) return;
    const delayMs = this.#delayMs(held);
    for (let beats = seeded.whole(0, 2); beats > 0; beats--)
      this.#reportLater(held, { kind: "heartbeat" }, seeded.whole(0, Math.min(delayMs + 10, held.lastsMs)));
    const report = this.#meant(held);
    this.#reportLater(held, report, delayMs);
    if (!faults.strikes("work-again")) return;
    this.#reportLater(held, report, delayMs + seeded.whole(0, 2_000));
    this.#reportLater(held, this.#meant(held), delayMs + seeded.whole(0, 2_000));
  }

  #delayMs({ lastsMs }: Held): number {
    const { faults, seeded } = this.#world;
    if (faults.strikes("late-work")) return lastsMs + seeded.whole(0, 70_000);
    return this.#isSettling ? 0 : seeded.one([0, 100, seeded.whole(0, lastsMs)]);
  }

  #reportLater(held: Held, report: WorkReport, delayMs: number): void {
    this.#later(delayMs, `worker: ${report.kind}`, () => this.#report(held, report));
  }

  /** What a worker says of its task when it is done with it. */
  #meant({ planned, work, x, failures, worker }: Held): WorkReport {
    const { faults, seeded } = this.#world;
    const meant = intendedWork(planned, x);
    const message = `${worker} gives up "${planned.name}"`;
    // Equal tasks of one run must end alike: only the last try is for good.
    if (faults.strikes("give-up") && (failures < work.retries || !planned.isRepeated))
      return { kind: "fail", message, retry: failures < work.retries || seeded.chance(0.5) };
    if (faults.strikes("give-back")) return { kind: "release" };
    if (!planned.isRepeated && faults.strikes("otherwise"))
      return { kind: "complete", value: seeded.whole(20, 22) };
    return meant === null ? { kind: "fail", message, retry: false } : { kind: "complete", value: meant };
  }

  /** Somebody claims a task with what they do not have, or with a result that is none. */
  #forge(): void {
    const { seeded } = this.#world;
    const held = seeded.one(this.#held);
    const other = seeded.one(this.#held);
    const value = seeded.one<unknown>(["many", null, 5]);
    const report = seeded.one<WorkReport>([
      { kind: "complete", value },
      { kind: "fail", message: `other gives up "${held.planned.name}"`, retry: false },
      { kind: "release" },
      { kind: "heartbeat" },
    ]);
    const claim = seeded.one([
      { ...held, token: "lease_nobody" },
      { ...held, token: other.token, worker: other.gate === held.gate ? other.worker : held.worker },
      { ...held, gate: "00000000-0000-7000-8000-000000000000" },
    ]);
    // With a token of its own it would be no claim but a mistake: only a result that is none is one.
    if (this.#leaseOf(claim) === null) return this.#report(claim, report);
    this.#report(held, { kind: "complete", value: "many" });
  }

  #leaseOf({ gate, worker, token }: Held): LeaseRow | null {
    const isGiven = this.#held.some((one) => one.gate === gate && one.token === token);
    if (!isGiven) return null;
    return this.#rows().leases.find((lease) => lease.gate === gate && lease.worker === worker) ?? null;
  }

  #report(held: Held, report: WorkReport): void {
    const { told, time } = this.#world;
    const at = this.#world.engine();
    // Whoever gets no answer says it again.
    if (at === null) return this.#reportLater(held, report, 1_000);
    const { gate, worker, token } = held;
    const task = this.#rows().tasks.find((one) => one.gate === gate) ?? null;
    const row = readGates((sql) => this.#world.database.rows(sql)).gates.find(({ id }) => id === gate);
    const lease = this.#leaseOf(held);
    const expected = verdictOnReport({ task, lease, gate: row ?? null }, report);
    const asked = ask(at, ({ external }) => said(external, { gate, token }, report));
    const answer = asked.kind === "answer" ? "counts" : asked.kind === "refused" ? asked.code : "no answer";
    this.#world.trace(`${worker} says ${report.kind} of ${held.path}: ${answer}`);
    if (asked.kind === "unanswered") {
      if (lease !== null) told.work.unanswered({ gate, worker });
      return this.#reportLater(held, report, 1_000);
    }
    if (isOfMachine(answer)) return this.#reportLater(held, report, 1_000);
    if (answer !== (expected === "same" ? "counts" : expected))
      this.#broken(`${worker} said ${report.kind} of ${held.path}: ${answer}, and should be ${expected}`);
    if (lease === null) return;
    if (answer === "counts") told.work.accepted({ gate, worker }, report, time.now());
    else if (report.kind === "complete" && answer !== "signal-not-valid") told.work.kept({ gate, worker });
  }

  /** Does all that is in line, and has put back what was set aside; returns whether anything waits for a worker. */
  help(): boolean {
    this.#isSettling = true;
    this.#checkCalled();
    const { tasks } = this.#rows();
    const waiting = tasks.filter(({ state }) => state !== "done");
    if (waiting.length === 0) return false;
    const at = this.#world.engine();
    if (at === null) return true;
    for (const { gate, state } of waiting) if (state === "aside") this.#putBack(at, gate);
    this.#lease(at, { topics: TOPICS, limit: ALL });
    return true;
  }

  #putBack(at: SimulatedEngine, gate: string): void {
    const [fred] = OPERATORS;
    const asked = ask(at, ({ external }) => external.putBack(gate, fred));
    if (asked.kind === "refused" && !isOfMachine(asked.code))
      this.#broken(`a task that is set aside could not be put back: ${asked.code}`);
  }

  #broken(what: string): void {
    this.#world.broken("workers", what);
  }
}
