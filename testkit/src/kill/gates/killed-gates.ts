import { mkdirSync } from "node:fs";
import { brokenDecisions } from "../../decisions/broken-decisions.ts";
import { endedRun, wrongEnd } from "../../simulator/expected-end.ts";
import { graphOfDecisions, type PlannedGraph } from "../../simulator/random-graph.ts";
import { killing, Life, type Death } from "../life.ts";
import { Scene } from "../scene.ts";
import { Seeded } from "../seeded.ts";
import { survivorsOf } from "../survivors.ts";
import { Clients } from "./clients.ts";
import { Crowd } from "./crowd.ts";
import { HostedEngine } from "./hosted-engine.ts";
import { HostedService } from "./hosted-service.ts";
import { hostTask } from "./host-task.ts";
import type { Host } from "./host.ts";
import { flowSource, type HostLine, type HostTask } from "./lines.ts";
import { LiveRows } from "./live-rows.ts";
import { plannedKill, shownKill, type PlannedKill } from "./planned-kill.ts";
import { Publishers } from "./publishers.ts";
import { Workers } from "./workers.ts";
import { wrongDeath } from "./wrong-death.ts";

const MOST_KILLS = 12;

/** What came of runs whose gates were decided while processes were killed. */
export interface KilledGates {
  readonly seed: number;
  readonly kills: number;
  readonly broken: readonly string[];
  readonly plan: readonly string[];
  readonly folder: string | null;
  /** What was killed, and what was decided. */
  readonly done: Readonly<Record<string, number>>;
}

/**
 * Lets runs of a random graph of gates be decided by several processes, of people and of programs, and kills these and
 * the process that advances them: of even seeds an engine, of odd ones a service.
 */
export async function killGates(seed: number): Promise<KilledGates> {
  const seeded = new Seeded(seed);
  const planned = graphOfDecisions(seeded);
  const scene = new Scene(flowSource(planned), `gates-${seed}`);
  mkdirSync(scene.root, { recursive: true });
  const kind = seed % 2 === 0 ? "engine" : "service";
  const kills = Array.from({ length: seeded.whole(4, MOST_KILLS) }, () => plannedKill(kind, seeded));
  const killed = new Killed({ scene, planned, seeded, kind });
  const broken = await killed.untilEnd(kills);
  if (broken.length === 0) await scene.remove();
  const { hosts, clients, decisions, reports, events } = killed.done;
  return {
    seed,
    kills: hosts + clients,
    broken,
    plan: kills.map(shownKill),
    folder: broken.length === 0 ? null : scene.folder,
    done: {
      "engines killed": kind === "engine" ? hosts : 0,
      "services killed": kind === "service" ? hosts : 0,
      "clients killed": clients,
      "answers to decisions": decisions,
      "answers to workers": reports,
      "answers to publishers": events,
    },
  };
}

class Killed {
  readonly #scene: Scene;
  readonly #planned: PlannedGraph;
  readonly #seeded: Seeded;
  readonly #rows: LiveRows;
  readonly #host: Host;
  readonly #people: Clients;
  readonly #crowd: Crowd;
  readonly #programs: Clients;
  readonly #workers: Workers;
  readonly #publishers: Publishers;
  readonly #task: HostTask;
  /** Runs that were told to be begun, and their ends. */
  readonly #begun = new Set<string>();
  readonly #ended = new Map<string, string>();
  #hosts = 0;
  #life: Life | null = null;
  #onServing: () => void = () => undefined;
  #onIdle: () => void = () => undefined;

  constructor(options: { scene: Scene; planned: PlannedGraph; seeded: Seeded; kind: Host["kind"] }) {
    const { scene, planned, seeded, kind } = options;
    this.#scene = scene;
    this.#planned = planned;
    this.#seeded = seeded;
    this.#rows = new LiveRows(scene.root);
    const task = (this.#task = hostTask(scene, planned, seeded));
    const tell = (line: HostLine): void => this.#hear(line);
    const host = (this.#host =
      kind === "engine"
        ? new HostedEngine(task, tell)
        : new HostedService({ task, place: scene.place, seeded, tell }));
    const { read } = this.#rows;
    const clients = (this.#people = new Clients({ scene, host, seeded }));
    this.#programs = new Clients({ scene, host, seeded });
    const accepted = (): void => this.#life?.decided();
    const common = { gates: planned.gates, seeded, read, accepted };
    this.#crowd = new Crowd({ ...common, clients });
    this.#workers = new Workers({ ...common, clients: this.#programs });
    this.#publishers = new Publishers({ ...common, clients: this.#programs });
  }

  get done(): Readonly<Record<"hosts" | "clients" | "decisions" | "reports" | "events", number>> {
    return {
      hosts: this.#hosts,
      clients: this.#people.kills + this.#programs.kills,
      decisions: this.#crowd.answers,
      reports: this.#workers.answers,
      events: this.#publishers.answers,
    };
  }

  /** Gives the promises that were broken first. */
  async untilEnd(kills: readonly PlannedKill[]): Promise<readonly string[]> {
    try {
      for (const [index, kill] of [...kills, null].entries()) {
        const death = await this.#live(kill);
        const broken = [...wrongDeath(death), ...this.#broken()];
        if (broken.length > 0) return broken.map((what) => `life ${index + 1}: ${what}`);
        if (death.by === "itself") break;
      }
      return await this.#brokenAtEnd();
    } finally {
      this.#rows.close();
      await this.#closeClients();
    }
  }

  async #live(kill: PlannedKill | null): Promise<Death> {
    const strikes = kill === null ? [] : [killing(kill.at)];
    const [first, later] = kill?.isServed === true ? [[], strikes] : [strikes, []];
    const life = new Life({ scene: this.#scene, command: this.#host.command, strikes: first });
    this.#onServing = () => {
      for (const strike of later) life.expect(strike);
    };
    this.#life = life;
    let ending = Promise.resolve();
    this.#onIdle = () => {
      this.#onIdle = () => undefined;
      ending = this.#decideLate().then(() => life.end());
    };
    const death = await life.untilEnd((line) => this.#host.hear(line));
    if (death.by === "kill") this.#hosts++;
    await this.#host.died();
    await ending;
    const programs = [this.#workers.end(), this.#publishers.end()];
    await this.#crowd.settled({ insists: this.#seeded.chance(0.5) });
    await Promise.all(programs);
    if (this.#seeded.chance(0.3)) await this.#decideLate();
    await this.#crowd.settled({ insists: false });
    return death;
  }

  async #decideLate(): Promise<void> {
    this.#crowd.everything();
    await this.#crowd.settled({ insists: false });
  }

  /** Who works and publishes needs no line for each gate. */
  #beginPrograms(): void {
    this.#workers.begin();
    this.#publishers.begin();
  }

  #hear(line: HostLine): void {
    if (line.kind === "serving" || line.kind === "begun" || line.kind === "gate") this.#beginPrograms();
    switch (line.kind) {
      case "serving":
        return this.#onServing();
      case "gate":
        return this.#crowd.gate(line.gate);
      case "begun":
        this.#begun.add(line.run);
        this.#publishers.early();
        return this.#crowd.early(line.run);
      case "ended":
        this.#ended.set(line.run, line.status);
        return;
      case "idle":
        return this.#onIdle();
    }
  }

  #broken(): readonly string[] {
    return this.#rows.atOnce(() => this.#brokenNow());
  }

  #brokenNow(): readonly string[] {
    const rows = this.#crowd.rows();
    const lost = [...this.#begun].filter((run) => !rows.runs.some(({ id }) => id === run));
    const ends = [...this.#ended].flatMap(([run, status]) => {
      const now = rows.runs.find(({ id }) => id === run)?.status;
      return now === status ? [] : [`a run was told to be ${status} and is ${now}`];
    });
    return [
      ...this.#rows.problems,
      ...lost.map((run) => `run ${run} was begun and is not in the store`),
      ...ends,
      ...this.#host.broken,
      ...this.#people.broken,
      ...this.#programs.broken,
      ...this.#crowd.broken,
      ...this.#crowd.told.broken(rows),
      ...this.#workers.brokenIn(rows),
      ...this.#publishers.brokenIn(rows),
      ...brokenDecisions(rows, (name) => this.#planned.gates.get(name)),
    ];
  }

  async #closeClients(): Promise<void> {
    await Promise.all([this.#people.close(), this.#programs.close()]);
  }

  async #brokenAtEnd(): Promise<readonly string[]> {
    const rows = this.#crowd.rows();
    const runs = this.#rows.read("SELECT id, status, args, value, error FROM run ORDER BY number");
    const ends = (runs as readonly Parameters<typeof endedRun>[0][]).map((row, index) =>
      row.status === "succeeded" || row.status === "failed"
        ? wrongEnd(endedRun(row, this.#task.runs[index]?.onFailure === "finish"), this.#planned, rows)
        : `a run is ${row.status} at the end`,
    );
    await this.#closeClients();
    const survivors = await survivorsOf(this.#scene.folder);
    return [
      ...(runs.length === this.#task.runs.length ? [] : [`there are ${runs.length} runs`]),
      ...ends.filter((wrong) => wrong !== null),
      ...rows.gates.filter(({ status }) => status === "open").map(({ path }) => `gate ${path} is left open`),
      ...survivors.map(({ pid, command }) => `process ${pid} outlived it: ${command}`),
    ];
  }
}
