import { mkdirSync } from "node:fs";
import { openEngine } from "@ligase/engine";
import { brokenAtEnd, brokenEvidence, brokenWords, executedAgain, leftBehind, recordedIn } from "./checks.ts";
import { Decider } from "./decider.ts";
import { graphOf, type Graph } from "./graph.ts";
import { readLedger, type Ledger } from "./ledger.ts";
import { killing, Life, type Death } from "./life.ts";
import { leaveHalfWritten } from "./half-written.ts";
import { momentsOf, shownMoment, type Moment } from "./moment.ts";
import { followCommand, Scene } from "./scene.ts";
import { Seeded } from "./seeded.ts";
import type { SmallDisk } from "./small-disk.ts";
import { survivorsOf } from "./survivors.ts";
import { hear, nothingTold, type Told } from "./told.ts";

const MOST_KILLS = 14;
const LARGEST_ON_SMALL_DISK = 100_000;

/** What came of a run that was killed. */
export interface KilledRun {
  readonly seed: number;
  /** Kills, and what else was done to it on purpose. */
  readonly kills: number;
  /** Promises that were broken; none when all is well. */
  readonly broken: readonly string[];
  /** The moments of the kills, as planned. */
  readonly plan: readonly string[];
  /** What dead processes left and no promise is broken by. */
  readonly left: Readonly<Record<string, number>>;
  /** The scratch project, kept when a promise was broken; null when it is gone. */
  readonly folder: string | null;
}

export interface KillOptions {
  readonly seed: number;
  /** How often it is killed, at the most; by the seed when it is not given. */
  readonly kills?: number;
  /** A disk that becomes full while a process lives. */
  readonly smallDisk?: SmallDisk;
}

/** Lets a random workflow run, kills its process again and again, lets it end, and checks what must hold each time. */
export async function killRun(options: KillOptions): Promise<KilledRun> {
  const seeded = new Seeded(options.seed);
  const disk = options.smallDisk ?? null;
  const graph = graphOf(seeded, seeded.whole(1, 4), disk === null ? Infinity : LARGEST_ON_SMALL_DISK);
  const scene = new Scene(graph.source, `kill-${options.seed}`, disk?.folder);
  mkdirSync(scene.root, { recursive: true });
  const moments = momentsOf(seeded, options.kills ?? seeded.whole(4, MOST_KILLS));
  const killed = new Killed({ scene, graph, seeded, disk });
  const broken = await killed.untilEnd(moments);
  const left = leftBehind(scene, readLedger(scene.root));
  if (broken.length === 0) await scene.remove();
  else disk?.keep(scene);
  return {
    seed: options.seed,
    kills: killed.kills,
    broken,
    plan: moments.map(shownMoment),
    left,
    folder: broken.length === 0 ? null : scene.folder,
  };
}

class Killed {
  readonly #scene: Scene;
  readonly #graph: Graph;
  readonly #seeded: Seeded;
  readonly #disk: SmallDisk | null;
  readonly #told: Told = nothingTold();
  readonly #decider: Decider;
  kills = 0;

  constructor(options: { scene: Scene; graph: Graph; seeded: Seeded; disk: SmallDisk | null }) {
    const { scene, graph, seeded, disk } = options;
    this.#scene = scene;
    this.#graph = graph;
    this.#seeded = seeded;
    this.#disk = disk;
    this.#decider = new Decider({ scene, answers: graph.answers, told: this.#told, seeded, disk });
  }

  /** Gives the promises that were broken first. */
  async untilEnd(moments: readonly Moment[]): Promise<readonly string[]> {
    for (const [index, moment] of [...moments, null].entries()) {
      const before = readLedger(this.#scene.root);
      if (before.run?.status === "succeeded") break;
      await this.#decideAsleep(before);
      const broken = await this.#live(moment, before);
      if (broken.length > 0) return broken.map((what) => `life ${index + 1}: ${what}`);
    }
    return this.#atEnd();
  }

  async #live(moment: Moment | null, before: Ledger): Promise<readonly string[]> {
    const noted = this.#scene.executed().length;
    const death = await this.#oneLife(moment, before.run?.id ?? null);
    const survivors = await survivorsOf(this.#scene.folder);
    this.#disk?.free();
    if (death.by === "kill" && this.kills++ === 0) leaveHalfWritten(this.#scene.root, death.pid);
    const lines = this.#scene.executed().slice(noted);
    const after = readLedger(this.#scene.root);
    return [
      ...survivors.map(({ pid, command }) => `process ${pid} outlived it: ${command}`),
      ...this.#wrongEnd(death, moment),
      ...brokenWords(this.#told, after),
      ...after.unreadable,
      ...brokenEvidence(after),
      ...executedAgain(lines, recordedIn(before)),
      ...this.#decider.broken,
    ];
  }

  async #oneLife(moment: Moment | null, run: string | null): Promise<Death> {
    // The last one has room.
    const fillAt = moment === null || this.#disk === null ? Infinity : this.#seeded.whole(1, 25);
    const life = new Life({
      scene: this.#scene,
      command: followCommand(this.#scene.place, run),
      strikes: moment === null ? [] : [killing(moment)],
      onEvent: (count) => void (count === fillAt && this.#disk?.fill()),
    });
    const deciding: Promise<void>[] = [];
    const death = await life.untilEnd((line) => {
      const gate = hear(this.#told, line);
      if (gate === null || this.#told.run === null) return;
      deciding.push(this.#decider.decide(this.#told.run, gate).then(() => life.decided()));
    });
    await Promise.all(deciding);
    return death;
  }

  /** Some gates are decided while nobody advances the run. */
  async #decideAsleep({ run, gates }: Ledger): Promise<void> {
    if (run === null) return;
    for (const gate of gates)
      if (gate.status === "open" && this.#seeded.chance(0.5)) await this.#decider.decide(run.id, gate);
  }

  #wrongEnd({ by, code, said }: Death, moment: Moment | null): readonly string[] {
    if (by === "kill") return [];
    if (by === "hang") return ["it did not end"];
    // A full disk may end a run; it is resumed.
    if (code === 0 || (this.#disk !== null && moment !== null)) return [];
    return [`it ended with exit code ${code}: ${said}`];
  }

  async #atEnd(): Promise<readonly string[]> {
    // Somebody comes after it: what dead processes left is tidied up by who opens the store next.
    await openEngine({ root: this.#scene.root }).close();
    return brokenAtEnd(this.#scene, this.#graph.value, readLedger(this.#scene.root));
  }
}
