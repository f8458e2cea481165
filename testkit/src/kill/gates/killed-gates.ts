import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brokenDecisions } from "../../decisions/broken-decisions.ts";
import { LAUNCHERS } from "../../decisions/people.ts";
import { endedRun, wrongEnd } from "../../simulator/expected-end.ts";
import { graphOfDecisions, type PlannedGraph } from "../../simulator/random-graph.ts";
import { killing, Life, type Death } from "../life.ts";
import { momentOf, shownMoment, type Moment } from "../moment.ts";
import { Scene } from "../scene.ts";
import { Seeded } from "../seeded.ts";
import { survivorsOf } from "../survivors.ts";
import { Crowd } from "./crowd.ts";
import { flowSource, type HostLine, type HostTask } from "./lines.ts";
import { LiveRows } from "./live-rows.ts";

const HOST = fileURLToPath(new URL("host.ts", import.meta.url));
const MOST_KILLS = 12;
/** Events that a kill may wait for. */
const MOST_EVENTS = [3, 8, 20];

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

/** Lets runs of a random graph of gates be decided by several processes, and kills the engine and the others. */
export async function killGates(seed: number): Promise<KilledGates> {
  const seeded = new Seeded(seed);
  const planned = graphOfDecisions(seeded);
  const scene = new Scene(flowSource(planned), `gates-${seed}`);
  mkdirSync(scene.root, { recursive: true });
  const moments = Array.from({ length: seeded.whole(4, MOST_KILLS) }, () => momentOf(seeded, MOST_EVENTS));
  const killed = new Killed({ scene, planned, seeded });
  const broken = await killed.untilEnd(moments);
  if (broken.length === 0) await scene.remove();
  const { engines, clients, decisions } = killed.done;
  return {
    seed,
    kills: engines + clients,
    broken,
    plan: moments.map(shownMoment),
    folder: broken.length === 0 ? null : scene.folder,
    done: {
      "engines killed": engines,
      "clients killed": clients,
      "answers to decisions": decisions,
    },
  };
}

class Killed {
  readonly #scene: Scene;
  readonly #planned: PlannedGraph;
  readonly #seeded: Seeded;
  readonly #rows: LiveRows;
  readonly #crowd: Crowd;
  readonly #task: HostTask;
  /** Runs that were told to be begun, and their ends. */
  readonly #begun = new Set<string>();
  readonly #ended = new Map<string, string>();
  #engines = 0;

  constructor({ scene, planned, seeded }: { scene: Scene; planned: PlannedGraph; seeded: Seeded }) {
    this.#scene = scene;
    this.#planned = planned;
    this.#seeded = seeded;
    this.#rows = new LiveRows(scene.root);
    this.#crowd = new Crowd({ scene, seeded, gates: planned.gates, read: this.#rows.read });
    const { graph } = planned;
    this.#task = {
      root: scene.root,
      store: null,
      file: scene.file,
      name: graph.isDynamic ? "sim.graph" : "sim.main",
      user: seeded.one(LAUNCHERS),
      runs: Array.from({ length: seeded.whole(2, 4) }, () => ({
        args: { a: seeded.whole(0, 2), ...(graph.isDynamic ? { parts: graph.parts } : {}) },
        onFailure: seeded.one(["stop", "finish"] as const),
      })),
    };
  }

  get done(): { readonly engines: number; readonly clients: number; readonly decisions: number } {
    return { engines: this.#engines, clients: this.#crowd.kills, decisions: this.#crowd.answers };
  }

  /** Gives the promises that were broken first. */
  async untilEnd(moments: readonly Moment[]): Promise<readonly string[]> {
    try {
      for (const [index, moment] of [...moments, null].entries()) {
        const death = await this.#live(moment);
        const broken = [...wrongDeath(death), ...this.#broken()];
        if (broken.length > 0) return broken.map((what) => `life ${index + 1}: ${what}`);
        if (death.by === "itself") break;
      }
      return await this.#brokenAtEnd();
    } finally {
      this.#rows.close();
      await this.#crowd.close();
    }
  }

  async #live(moment: Moment | null): Promise<Death> {
    const life = new Life({
      scene: this.#scene,
      command: ["--no-warnings", HOST, JSON.stringify(this.#task)],
      strikes: moment === null ? [] : [killing(moment)],
    });
    this.#crowd.onAccepted = () => life.decided();
    const death = await life.untilEnd((line) => this.#hear(line));
    if (death.by === "kill") this.#engines++;
    await this.#crowd.settled({ insists: this.#seeded.chance(0.5) });
    if (this.#seeded.chance(0.3)) this.#crowd.everything();
    await this.#crowd.settled({ insists: false });
    return death;
  }

  #hear(text: string): void {
    const line = parsed(text);
    if (line === null) return;
    if (line.kind === "gate") this.#crowd.gate(line.gate);
    if (line.kind === "ended") this.#ended.set(line.run, line.status);
    if (line.kind !== "begun") return;
    this.#begun.add(line.run);
    this.#crowd.early(line.run);
  }

  #broken(): readonly string[] {
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
      ...this.#crowd.told.broken(rows),
      ...brokenDecisions(rows, (name) => this.#planned.gates.get(name)),
    ];
  }

  async #brokenAtEnd(): Promise<readonly string[]> {
    const rows = this.#crowd.rows();
    const runs = this.#rows.read("SELECT id, status, args, value, error FROM run ORDER BY number");
    const ends = (runs as readonly Parameters<typeof endedRun>[0][]).map((row, index) =>
      row.status === "succeeded" || row.status === "failed"
        ? wrongEnd(endedRun(row, this.#task.runs[index]?.onFailure === "finish"), this.#planned, rows)
        : `a run is ${row.status} at the end`,
    );
    await this.#crowd.close();
    const survivors = await survivorsOf(this.#scene.folder);
    return [
      ...(runs.length === this.#task.runs.length ? [] : [`there are ${runs.length} runs`]),
      ...ends.filter((wrong) => wrong !== null),
      ...rows.gates.filter(({ status }) => status === "open").map(({ path }) => `gate ${path} is left open`),
      ...survivors.map(({ pid, command }) => `process ${pid} outlived it: ${command}`),
    ];
  }
}

function wrongDeath({ by, code, said }: Death): readonly string[] {
  if (by === "kill" || code === 0) return [];
  return [by === "hang" ? "it did not end" : `it ended with exit code ${code}: ${said}`];
}

/** A process that is killed may leave half a line. */
function parsed(line: string): HostLine | null {
  try {
    return JSON.parse(line) as HostLine;
  } catch {
    return null;
  }
}
