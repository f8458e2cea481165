import { LigaseError } from "@ligase/sdk";
import { runMoves } from "@ligase/engine/testing";
import { LAUNCHERS } from "../decisions/people.ts";
import { Seeded } from "../kill/seeded.ts";
import type { ClientsWorld } from "./clients-world.ts";
import { Clients } from "./clients.ts";
import { ExecutionWatch } from "./execution-watch.ts";
import { Faults, type Area, type Fault } from "./faults.ts";
import { define, type Expression } from "./graph.ts";
import { BrokenRule, Death, type Life } from "./life.ts";
import { present } from "./puppet-tasks.ts";
import { randomGraph, type PlannedGraph } from "./random-graph.ts";
import { SimulatedDatabase, type CommitFaults } from "./simulated-database.ts";
import { SimulatedEngine, type Machine } from "./simulated-engine.ts";
import { KEPT, SimulatedDisk } from "./simulated-files.ts";
import { SimulatedTime } from "./simulated-time.ts";
import { Told } from "./told.ts";

export interface SimulationOptions {
  readonly areas: readonly Area[];
  /** Faults that do not strike. */
  readonly off?: ReadonlySet<Fault>;
  /** Called for everything that happens. */
  readonly trace?: (line: string) => void;
}

export interface Simulated {
  readonly seed: number;
  /** The first rule that did not hold, or null. */
  readonly broken: BrokenRule | null;
  readonly steps: number;
  readonly executions: number;
  readonly struck: ReadonlyMap<Fault, number>;
  readonly faults: readonly Fault[];
}

/** More than any run needs: who has not ended by then goes round in circles. */
const MOST_STEPS = 30_000;
/** By then a lease is over. */
const LEASE_MS = 31_000;
const LOOK_MS = 100;
/** An engine that serves looks what time did at every 10th look, and for leases that are over at every 100th. */
const LOOKS_FOR_TIME = 15;
const LOOKS_FOR_LEASES = 110;
/** Small, so that jobs wait for each other. */
const SIZE = { cpu: 2, memoryBytes: 2 * 2 ** 30 };
const LIMITS = { license: 1 };
/** Where simulated time begins. Each seed of a host process begins later, for ids go by time and never back. */
let startMs = Date.UTC(2026, 0, 1);

/** Runs one seed: the same seed does the same again. */
export async function simulate(seed: number, options: SimulationOptions): Promise<Simulated> {
  const simulation = new Simulation(seed, options);
  process.on("unhandledRejection", unlessDead);
  try {
    await simulation.run();
  } finally {
    simulation.end();
    process.off("unhandledRejection", unlessDead);
  }
  return simulation.result;
}

/** What an engine began by itself ends with its death, and nobody waits for it. */
function unlessDead(error: unknown): void {
  if (!(error instanceof Death)) throw error;
}

/** One seed: a machine with engines on it, clients, and what goes wrong. */
class Simulation implements ClientsWorld {
  readonly planned: PlannedGraph;
  readonly faults: Faults;
  readonly seeded: Seeded;
  readonly time: SimulatedTime;
  readonly database: SimulatedDatabase;
  readonly watch: ExecutionWatch;
  readonly told: Told;
  readonly name: string;
  readonly #seed: number;
  readonly #options: SimulationOptions;
  readonly #disk = new SimulatedDisk();
  readonly #machine: Machine;
  readonly #clients: Clients;
  #engines: SimulatedEngine[] = [];
  #opened = 0;
  #lookedAt = "";
  #areFilesLost = false;
  readonly #dying = new Set<Life>();
  #broken: BrokenRule | null = null;
  #steps = 0;

  constructor(seed: number, options: SimulationOptions) {
    this.#seed = seed;
    this.#options = options;
    this.seeded = new Seeded(seed);
    this.planned = randomGraph(this.seeded);
    this.name = define(this.planned.graph);
    this.faults = new Faults(seed, options.areas, options.off);
    this.time = new SimulatedTime(this.seeded, startMs);
    this.database = new SimulatedDatabase(this.#commitFaults(), () => this.time.now());
    const broken = (rule: string, what: string): void => this.broken(rule, what);
    const { database, time, seeded, faults } = this;
    this.watch = new ExecutionWatch({
      database,
      disk: this.#disk,
      machine: SIZE,
      limits: LIMITS,
      now: () => time.now(),
      isUncached: (run) => this.#clients.isUncached(run),
      areFilesLost: () => this.#areFilesLost,
      broken,
    });
    for (const part of this.planned.graph.parts) limitTags(part, this.watch);
    this.told = new Told({
      database,
      moves: runMoves,
      gates: this.planned.gates,
      setBackMs: () => time.setBackMs,
      now: () => time.now(),
      broken,
    });
    this.#machine = {
      time,
      seeded,
      faults,
      database,
      disk: this.#disk,
      watch: this.watch,
      size: SIZE,
      limits: LIMITS,
      broken,
    };
    this.#clients = new Clients(this);
    present.disk = this.#disk;
  }

  get result(): Simulated {
    return {
      seed: this.#seed,
      broken: this.#broken,
      steps: this.#steps,
      executions: this.watch.executions,
      struck: this.faults.struck,
      faults: this.faults.present,
    };
  }

  /** The first one counts: what follows may be its consequence. */
  broken(rule: string, what: string): void {
    if (this.#broken !== null) return;
    this.#broken = new BrokenRule(rule, what);
    this.trace(`BROKEN ${this.#broken.message}`);
  }

  trace(line: string): void {
    this.#options.trace?.(`${String(Math.round(this.time.passedMs)).padStart(9)} ${line}`);
  }

  async run(): Promise<void> {
    for (let count = this.seeded.whole(1, 2); count > 0; count--) this.open();
    this.#clients.begin();
    this.#planFaults();
    await this.#untilQuiet();
    await this.#settle();
    if (this.seeded.chance(0.5)) await this.#replay();
    if (this.#broken === null) this.#clients.checkEnds();
    if (this.#broken === null) this.told.check("at the end");
  }

  /** The same run once more: the cache answers, but for what somebody has damaged. */
  async #replay(): Promise<void> {
    if (this.#broken !== null) return;
    if (this.faults.present.includes("tamper")) this.#tamper();
    this.faults.resume();
    this.#clients.launchAgain();
    await this.#untilQuiet();
    await this.#settle();
  }

  #tamper(): void {
    this.#areFilesLost = true;
    const stream = this.faults.stream("tamper");
    const paths = this.#disk.below(KEPT);
    for (const path of paths)
      if (stream.chance(0.5)) this.#disk.tamper(path, stream.chance(0.5) ? null : "changed");
  }

  /** Nothing goes wrong any more: every run must come to its end, if people do what is asked of them. */
  async #settle(): Promise<void> {
    this.faults.end();
    // Where nothing was to be done for anybody something may come of it that engines look.
    for (let [round, idle] = [0, 0]; this.#broken === null && idle < 2; round++) {
      if (this.#engines.length === 0) this.open();
      for (const { life } of this.#engines) life.pausedUntilMs = 0;
      this.#lookedAt = "";
      const help = await this.#clients.help();
      await this.#untilQuiet();
      idle = help ? 0 : idle + 1;
      if (round === 200) this.broken("C4", "runs do not end, whatever is done for them");
    }
    this.#clients.checkNothingHangs();
  }

  /** Lets happen what happens, until nothing would happen any more. */
  async #untilQuiet(): Promise<void> {
    while (this.#broken === null) {
      const event = this.time.next();
      if (event === null) {
        if (this.#letEnginesLook()) continue;
        return;
      }
      if (++this.#steps > MOST_STEPS) return this.broken("C4", `more than ${MOST_STEPS} steps`);
      this.trace(`${event.life?.name ?? "world"}: ${event.label}`);
      try {
        event.run();
      } catch (error) {
        if (!(error instanceof Death))
          this.broken("threw", error instanceof Error ? (error.stack ?? "") : String(error));
      }
      await drained();
      this.#bury();
    }
  }

  /** An engine that a client can speak to; null when there is none. */
  engine(): SimulatedEngine | null {
    const able = this.#engines.filter(({ life }) => life.isAlive && life.pausedUntilMs <= this.time.passedMs);
    return able.length === 0 ? null : this.seeded.one(able);
  }

  get engines(): readonly SimulatedEngine[] {
    return this.#engines;
  }

  open(): void {
    try {
      this.#open();
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      // It was no engine yet, and somebody starts another.
      this.#openLater(this.faults.stream("crash"));
    }
  }

  #open(): void {
    this.trace(`engine ${++this.#opened} is opened`);
    const options = { user: this.seeded.one(LAUNCHERS), serves: this.#serves };
    const opened = new SimulatedEngine(`engine ${this.#opened}`, options, this.#machine);
    this.#engines.push(opened);
    this.#clients.opened(opened);
    if (this.#serves) this.#clients.serve(opened);
  }

  get #serves(): boolean {
    return this.faults.present.includes("serves");
  }

  /**
   * Engines that serve look for what time did to parked runs, and for dead engines, every so many looks: these come where
   * nothing else happens. Done once for what there is; false when nothing has come of it.
   */
  #letEnginesLook(): boolean {
    if (!this.#serves || this.#engines.length === 0) return false;
    const rows = this.database.rows(
      `SELECT id, status, wake_at AS "wakeAt", lease_owner AS owner FROM run WHERE status IN ('running', 'waiting')`,
    ) as readonly { wakeAt: number | null; status: string; owner: string | null }[];
    const seen = JSON.stringify([rows, this.#opened]);
    if (rows.length === 0 || seen === this.#lookedAt) return false;
    this.#lookedAt = seen;
    const dueMs = rows.flatMap(({ wakeAt }) => wakeAt ?? []).map((at) => Math.max(0, at - this.time.now()));
    const mayBeLeft = rows.some(({ status, owner }) => owner !== null || status === "running");
    if (dueMs.length > 0) this.#look(Math.min(...dueMs), LOOKS_FOR_TIME);
    if (mayBeLeft) this.#look(LEASE_MS, LOOKS_FOR_LEASES);
    return dueMs.length > 0 || mayBeLeft;
  }

  #look(fromMs: number, looks: number): void {
    for (let look = 0; look < looks; look++)
      this.time.in(fromMs + look * LOOK_MS, { life: null, label: "look", run: () => undefined });
  }

  /** The process dies now; what it left is looked at when nothing of it is on the host's stack. */
  kill(life: Life): void {
    life.isAlive = false;
    this.trace(`${life.name} dies`);
  }

  /** The process dies when it has committed the next time: between two steps of what it is about to do. */
  dieAfterCommit(life: Life): void {
    this.#dying.add(life);
  }

  #bury(): void {
    const dead = this.#engines.filter(({ life }) => !life.isAlive);
    if (dead.length === 0) return;
    this.#engines = this.#engines.filter(({ life }) => life.isAlive);
    for (const { life } of dead) this.watch.died(life);
    this.told.check("after a crash");
    this.#openLater(this.faults.stream("crash"));
  }

  #openLater(stream: Seeded): void {
    const delayMs = stream.one([10, 1_000, 60_000]);
    this.time.in(delayMs, { life: null, label: "a new engine", run: () => this.open() });
  }

  #planFaults(): void {
    const plan = (fault: Fault, run: (stream: Seeded) => void): void => {
      const stream = this.faults.stream(fault);
      for (let times = stream.whole(1, 3); times > 0; times--) {
        const atMs = stream.whole(0, stream.one([50, 500, 5_000]));
        const strike = (): void => {
          if (!this.faults.strikes(fault)) return;
          this.trace(`FAULT ${fault}`);
          run(stream);
        };
        if (this.faults.present.includes(fault))
          this.time.in(atMs, { life: null, label: fault, run: strike });
      }
    };
    plan("crash", (stream) => {
      const [victim] = this.#engines.length === 0 ? [] : [stream.one(this.#engines)];
      if (victim !== undefined) this.kill(victim.life);
    });
    plan("power-cut", () => this.#cutPower());
    plan("pause", (stream) => {
      if (this.#engines.length === 0) return;
      const { life } = stream.one(this.#engines);
      life.pausedUntilMs = this.time.passedMs + stream.one([100, 9_000, 35_000, 90_000]);
      this.#outrun([life]);
    });
    plan("machine-sleep", (stream) => {
      this.time.pass(stream.one([1_000, 40_000, 3_600_000]));
      this.#outrun(this.#engines.map(({ life }) => life));
    });
    plan("clock-back", (stream) => this.time.setClocks(-stream.whole(1, 3_000)));
  }

  /** Who serves takes over by itself what others leave alone for too long. */
  #outrun(lives: readonly Life[]): void {
    if (this.#engines.some(({ serves }) => serves)) for (const life of lives) life.isOutrun = true;
  }

  #cutPower(): void {
    for (const { life } of this.#engines) {
      this.kill(life);
      this.watch.died(life);
    }
    this.#engines = [];
    this.database.cutPower();
    this.#disk.cutPower();
    this.#areFilesLost = true;
    this.told.powerWasCut();
    this.told.check("after a power cut");
    this.#openLater(this.faults.stream("power-cut"));
  }

  #commitFaults(): CommitFaults {
    return {
      before: () => {
        if (this.faults.strikes("slow-disk"))
          this.time.pass(this.faults.stream("slow-disk").whole(10, 3_000));
      },
      inside: (life) => {
        if (this.faults.strikes("crash-in-commit")) {
          this.kill(life);
          throw new Death(life);
        }
        if (this.faults.strikes("disk-full")) {
          this.trace(`${life.name}: the disk is full`);
          throw new LigaseError("store-disk-full", { path: "/simulated/store.db" });
        }
      },
      after: (life) => {
        this.told.checkRows();
        if (!this.#dying.has(life) && !this.faults.strikes("crash-after-commit")) return;
        this.kill(life);
        throw new Death(life);
      },
    };
  }

  end(): void {
    for (const { life } of this.#engines) life.isAlive = false;
    this.database.close();
    startMs = this.time.now() + 86_400_000;
  }
}

function limitTags(part: Expression, watch: ExecutionWatch): void {
  if (part.kind === "tagged") watch.limitTag(part.tag, part.concurrency);
  for (const inner of Object.values(part))
    if (typeof inner === "object" && inner !== null) limitTags(inner as Expression, watch);
}

/** Lets everything happen that waits for nothing but promises. */
const drained = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
