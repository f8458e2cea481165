import { brokenWork } from "../../decisions/broken-work.ts";
import type { DecisionRows } from "../../decisions/decision-rows.ts";
import { OPERATORS, type PlannedPerson } from "../../decisions/people.ts";
import type { PlannedGate } from "../../decisions/planned-gate.ts";
import { intendedWork, TOPICS, type PlannedWork } from "../../decisions/planned-work.ts";
import { ToldWork } from "../../decisions/told-work.ts";
import { readWork, type LeaseRow, type WorkRow } from "../../decisions/work-rows.ts";
import type { WorkReport } from "../../decisions/work-verdict.ts";
import type { GivenTask, ReportedTask } from "./client-request.ts";
import type { ClientAnswer } from "./lines.ts";
import { Programs } from "./programs.ts";
import { wrongReport } from "./report-answers.ts";

/** Those who ask for work at the same time. */
const BENCHES = 2;
/** So long the product waits for something to do before it answers. */
const WAIT_MS = 150;
/** Whoever asked in vain asks again after so long. */
const IDLE_MS = 50;
/** Of leases; the shortest that there may be, so that what was lost is soon in line again. */
const LAST_MS = [1_000, 1_000, 1_500] as const;
const ALL = 100;

/** What becomes of a task in somebody's hands. */
const VANISHED = 0.08;
const LATE = 0.04;
const TWICE = 0.25;
const FORGED = 0.3;
const MISFIT = 0.1;
const BEATEN = 0.3;
const GIVEN_UP = 0.15;
const GIVEN_BACK = 0.1;
const OTHERWISE = 0.2;

/** A task in the hands of a worker, whose name asked once. */
interface Held {
  readonly worker: string;
  readonly by: PlannedPerson;
  readonly gate: string;
  readonly path: string;
  readonly token: string;
  readonly x: number;
  readonly planned: PlannedGate;
  readonly work: PlannedWork;
  /** Times that it was tried again. */
  readonly failures: number;
  readonly lastsMs: number;
}

interface Said {
  readonly held: Held;
  readonly report: WorkReport;
}

/**
 * Programs that pull tasks: several at once, that work, show signs of life, fail, give back, come too late, say things twice
 * or otherwise, vanish, and claim what they do not have.
 */
export class Workers extends Programs<Said> {
  readonly #told = new ToldWork();
  /** Leases that were told, and of them those whose worker said how it ended. */
  readonly #held = new Map<string, Held>();
  readonly #reported = new Set<string>();
  /** Results that were accepted, by the ids of their gates. */
  readonly #completed = new Map<string, unknown>();
  #count = 0;

  protected get areThere(): boolean {
    return [...this.options.gates.values()].some(({ work }) => work !== null);
  }

  protected start(): void {
    for (let bench = 0; bench < BENCHES; bench++) this.shift.do(this.#workOn());
  }

  async #workOn(): Promise<void> {
    while (this.shift.isOn) {
      const { tasks } = readWork(this.options.read);
      for (const { gate, state } of tasks) if (state === "aside") await this.#putBack(gate);
      // Whoever waits for nothing is not worth a kill.
      const isSafe = !tasks.some(({ state }) => state === "ready");
      if (!(await this.#lease(isSafe))) await this.shift.wait(IDLE_MS);
    }
  }

  async #putBack(task: string): Promise<void> {
    const by = this.options.seeded.one(OPERATORS);
    const answer = await this.askOnce(by, { kind: "put-back", task, by });
    if (answer?.code !== undefined && answer.code !== "external-task-not-aside")
      this.broken.push(`a task that is set aside could not be put back: ${answer.code}`);
  }

  /** Whether it was answered. */
  async #lease(isSafe: boolean): Promise<boolean> {
    const { seeded } = this.options;
    const by = seeded.one(OPERATORS);
    const worker = `bench-${++this.#count}`;
    const lastsMs = seeded.one(LAST_MS);
    const topics = seeded.chance(0.5) ? TOPICS : [seeded.one(TOPICS)];
    const wanted = { topics, worker, by, lastsMs, limit: seeded.one([1, 2, ALL]) };
    const answer = await this.askOnce(by, { kind: "lease", wanted, waitMs: WAIT_MS }, { isSafe });
    if (answer === null) return false;
    if (answer.code !== undefined) this.broken.push(`${worker} was refused: ${answer.code}`);
    else for (const task of answer.value as readonly GivenTask[]) this.#given(task, { worker, by, lastsMs });
    return true;
  }

  #given({ task, token, input }: GivenTask, asked: Pick<Held, "worker" | "by" | "lastsMs">): void {
    const { id: gate, name, path, failures, leasedAt } = task;
    const planned = this.options.gates.get(name);
    if (planned?.work == null || leasedAt === null) {
      this.broken.push(`${asked.worker} was given ${path}, which nobody planned`);
      return;
    }
    // Answers come in another order than they were made in: whether others had it then, the rows tell.
    this.#told.leased({ ...asked, gate, atMs: leasedAt });
    const held = { ...asked, gate, path, token, x: input.x, planned, work: planned.work, failures };
    this.#held.set(leaseName(held), held);
    this.shift.do(this.#take(held));
  }

  async #take(held: Held): Promise<void> {
    const { seeded } = this.options;
    if (seeded.chance(FORGED)) this.shift.do(this.#forge(held));
    if (seeded.chance(VANISHED)) return;
    if (seeded.chance(MISFIT)) await this.send({ held, report: { kind: "complete", value: "many" } });
    await this.#work(held);
    const said = { held, report: this.#meant(held) };
    // Who was at it when the process died goes on, or says it when that lives again.
    if (!this.shift.isOn && seeded.chance(0.5)) return this.later(said);
    const sent = this.send(said);
    if (seeded.chance(TWICE)) this.shift.do(this.send(said));
    await sent;
    if (seeded.chance(TWICE)) await this.send({ held, report: this.#meant(held) });
  }

  async #work(held: Held): Promise<void> {
    const { seeded } = this.options;
    const longest = seeded.chance(LATE) ? held.lastsMs + 300 : seeded.one([0, 0, 20, 300]);
    const delayMs = longest > held.lastsMs ? longest : seeded.whole(0, longest);
    const beatsAtMs = seeded.chance(BEATEN) ? seeded.whole(0, delayMs) : null;
    await this.shift.wait(beatsAtMs ?? delayMs);
    if (beatsAtMs === null) return;
    await this.send({ held, report: { kind: "heartbeat" } });
    await this.shift.wait(delayMs - beatsAtMs);
  }

  /** What a worker says of its task when it is done with it. */
  #meant({ planned, work, x, failures, worker }: Held): WorkReport {
    const { seeded } = this.options;
    const meant = intendedWork(planned, x);
    const message = `${worker} gives up "${planned.name}"`;
    // Equal tasks of one run must end alike: only the last try is for good.
    const isTriedAgain = failures < work.retries;
    if (seeded.chance(GIVEN_UP) && (isTriedAgain || !planned.isRepeated))
      return { kind: "fail", message, retry: isTriedAgain || seeded.chance(0.5) };
    if (seeded.chance(GIVEN_BACK)) return { kind: "release" };
    if (!planned.isRepeated && seeded.chance(OTHERWISE))
      return { kind: "complete", value: seeded.whole(20, 22) };
    return meant === null ? { kind: "fail", message, retry: false } : { kind: "complete", value: meant };
  }

  protected async send(said: Said): Promise<void> {
    const { held, report } = said;
    if (report.kind !== "heartbeat") this.#reported.add(leaseName(held));
    const answer = await this.#ask(held, report);
    if (answer === null) return this.later(said);
    const wrong = wrongReport(report, answer);
    if (wrong !== null) this.broken.push(`${held.worker} said ${report.kind} of ${held.path}: ${wrong}`);
    else this.#heard(said, answer);
  }

  #ask({ gate, token, by }: Held, report: WorkReport): Promise<ClientAnswer | null> {
    return this.answerTo(by, { kind: "report", task: gate, token, report });
  }

  #heard({ held, report }: Said, { code, value }: ClientAnswer): void {
    if (code !== undefined) {
      if (report.kind === "complete" && code !== "signal-not-valid") this.#told.kept(held);
      return;
    }
    if (report.kind === "heartbeat") return this.#keptLease(held, value as ReportedTask);
    if (report.kind === "complete") this.#accepted(held, report.value);
    this.#told.accepted(held, report, 0);
    this.options.accepted();
  }

  #keptLease(held: Held, { leasedUntil }: ReportedTask): void {
    const atMs = leasedUntil === null ? null : leasedUntil - held.lastsMs;
    if (atMs !== null) this.#told.accepted(held, { kind: "heartbeat" }, atMs);
  }

  /** Again it may be the same, and nothing else. */
  #accepted({ gate, worker, path }: Held, value: unknown): void {
    const before = this.#completed.get(gate);
    if (this.#completed.has(gate) && before !== value)
      this.broken.push(`${worker} completed ${path} with ${String(value)}, which is ${String(before)}`);
    this.#completed.set(gate, value);
  }

  /** Somebody claims a task with a token that they do not have. */
  async #forge(held: Held): Promise<void> {
    const { seeded } = this.options;
    const others = [...this.#held.values()].filter(({ gate }) => gate !== held.gate);
    const token = others.length === 0 ? "lease_nobody" : seeded.one(others).token;
    const report = seeded.one<WorkReport>([
      { kind: "complete", value: 5 },
      { kind: "fail", message: `other gives up "${held.planned.name}"`, retry: false },
      { kind: "release" },
      { kind: "heartbeat" },
    ]);
    const answer = await this.#ask({ ...held, token }, report);
    if (answer !== null && answer.code !== "lease-not-held")
      this.broken.push(
        `somebody without its lease said ${report.kind} of ${held.path}: ${answer.code ?? "counts"}`,
      );
  }

  /** What does not hold of what they were told, and of the tasks in a store. */
  brokenIn(rows: DecisionRows): readonly string[] {
    const work = readWork(this.options.read);
    const planned = (name: string): PlannedGate | undefined => this.options.gates.get(name);
    return [
      ...this.broken,
      ...this.#told.broken(work, rows, 0),
      ...brokenWork(work, rows, { planned, setBackMs: 0 }),
      ...work.leases.flatMap((lease) => this.#unsaid(lease)),
      ...work.tasks.flatMap((task) => this.#crowded(task, work.tasks)),
    ];
  }

  /** Of whom nobody heard, the lease can only be lost, or be taken away with its gate. */
  #unsaid(lease: LeaseRow): readonly string[] {
    const name = leaseName(lease);
    const isSaid = !this.#held.has(name) || this.#reported.has(name);
    if (isSaid || lease.ending === null || lease.ending === "lost" || lease.ending === "revoked") return [];
    return [`the lease of ${lease.worker} is ${lease.ending}, and the worker did not say so`];
  }

  /** Never are more of a topic in work than its tasks allow. */
  #crowded({ topic, limit, state, gate }: WorkRow, tasks: readonly WorkRow[]): readonly string[] {
    const leased = tasks.filter((task) => task.topic === topic && task.state === "leased").length;
    if (limit === null || state !== "leased" || leased <= limit) return [];
    return [`the task of gate ${gate} is one of ${leased} of ${topic} in work, and ${limit} may be`];
  }
}

const leaseName = ({ gate, worker }: Pick<Held, "gate" | "worker">): string => `${gate} ${worker}`;
