import { mkdirSync } from "node:fs";
import type { PostgresServer } from "../postgres.ts";
import { brokenAtEnd, brokenEvidence, brokenWords, executedAgain, leftBehind, recordedIn } from "./checks.ts";
import { Decider } from "./decider.ts";
import { graphOf, type Graph } from "./graph.ts";
import type { KilledRun } from "./killed-run.ts";
import type { Ledger } from "./ledger.ts";
import { killing, Life, type Death, type Strike } from "./life.ts";
import type { Moment } from "./moment.ts";
import { endLeases, isLed, readPostgresLedger } from "./postgres-ledger.ts";
import { livesOf, shownLives, UNTROUBLED, type PlannedLives, type Trouble } from "./postgres-plan.ts";
import { followCommand, Scene, takeOverCommand } from "./scene.ts";
import { Seeded } from "./seeded.ts";
import { survivorsOf } from "./survivors.ts";
import { hear, nothingTold, takenOver, type Told } from "./told.ts";

const MOST_LIVES = 10;

/** What came of a run on a server, and what was done to it by kind. */
export interface KilledOnPostgres extends KilledRun {
  readonly done: Readonly<Record<string, number>>;
}

/** Lets a random workflow run on a server, kills its processes, its connections and the server, and lets it end. */
export async function killRunOnPostgres(server: PostgresServer, seed: number): Promise<KilledOnPostgres> {
  const seeded = new Seeded(seed);
  const graph = graphOf(seeded, seeded.whole(1, 4));
  const scene = new Scene(graph.source, `kill-${seed}`, undefined, server.url());
  mkdirSync(scene.root, { recursive: true });
  const plan = livesOf(seeded, seeded.whole(3, MOST_LIVES));
  const killed = new KilledOnServer({ server, scene, graph, seeded });
  const broken = await killed.untilEnd(plan);
  const left = leftBehind(scene, readPostgresLedger(server, scene));
  if (broken.length === 0) await scene.remove();
  const { kills, cuts, crashes, takenOver: taken } = killed.done;
  return {
    seed,
    kills: kills + cuts + crashes,
    broken,
    plan: plan.map(shownLives),
    left,
    folder: broken.length === 0 ? null : scene.folder,
    done: {
      "processes killed": kills,
      "times all connections cut": cuts,
      "crashes of the server": crashes,
      "times a run taken over": taken,
    },
  };
}

/** How one process came to its end. */
interface Ended {
  readonly death: Death;
  /** When it was heard that it advances a run, by `performance.now()`: it named one, or took it over; null when it does not. */
  readonly tookAt: number | null;
  /** The last line that it printed. */
  readonly lastLine: string;
}

class KilledOnServer {
  readonly #server: PostgresServer;
  readonly #scene: Scene;
  readonly #graph: Graph;
  readonly #seeded: Seeded;
  readonly #told: Told = nothingTold();
  readonly #decider: Decider;
  readonly done = { kills: 0, cuts: 0, crashes: 0, takenOver: 0 };

  constructor(options: { server: PostgresServer; scene: Scene; graph: Graph; seeded: Seeded }) {
    const { server, scene, graph, seeded } = options;
    this.#server = server;
    this.#scene = scene;
    this.#graph = graph;
    this.#seeded = seeded;
    this.#decider = new Decider({ scene, answers: graph.answers, told: this.#told, seeded, disk: null });
  }

  /** Gives the promises that were broken first. */
  async untilEnd(plan: readonly PlannedLives[]): Promise<readonly string[]> {
    for (const [index, planned] of [...plan, UNTROUBLED].entries()) {
      const before = this.#ledger();
      if (before.run?.status === "succeeded") break;
      await this.#decideAsleep(before);
      const broken = await this.#live(planned, before);
      if (broken.length > 0) return broken.map((what) => `life ${index + 1}: ${what}`);
    }
    return brokenAtEnd(this.#scene, this.#graph.value, this.#ledger());
  }

  #ledger(): Ledger {
    return readPostgresLedger(this.#server, this.#scene);
  }

  async #live(planned: PlannedLives, before: Ledger): Promise<readonly string[]> {
    const noted = this.#scene.executed().length;
    const crashed = this.done.crashes;
    const run = before.run?.id ?? null;
    const takesOver = run !== null && planned.by === "take-over" && isLed(this.#server, this.#scene);
    if (takesOver) endLeases(this.#server, this.#scene);
    const { place } = this.#scene;
    const command = takesOver ? takeOverCommand(place) : followCommand(place, run);
    const strikes = planned.troubles.map((trouble) => this.#troubling(trouble));
    // Beside one that resumes by name nobody is to be first.
    const beside = takesOver || run === null ? planned.beside : null;
    const ended = await Promise.all([
      this.#oneLife(command, planned.kill, strikes),
      ...(beside === null ? [] : [this.#oneLife(takeOverCommand(place), beside.kill, [])]),
    ]);
    const survivors = await survivorsOf(this.#scene.folder);
    const lines = this.#scene.executed().slice(noted);
    const after = this.#ledger();
    return [
      ...survivors.map(({ pid, command: name }) => `process ${pid} outlived it: ${name}`),
      ...ended.flatMap((each) => wrongEnd(each, this.done.crashes > crashed)),
      ...wrongTaking(ended, takesOver),
      ...brokenWords(this.#told, after),
      ...after.unreadable,
      ...brokenEvidence(after),
      ...executedAgain(lines, recordedIn(before)),
      ...this.#decider.broken,
    ];
  }

  async #oneLife(
    command: readonly string[],
    kill: Moment | null,
    troubles: readonly Strike[],
  ): Promise<Ended> {
    const strikes = [...(kill === null ? [] : [killing(kill)]), ...troubles];
    const life = new Life({ scene: this.#scene, command, strikes });
    const deciding: Promise<void>[] = [];
    let tookAt = command.includes("take-over") ? null : performance.now();
    let lastLine = "";
    const death = await life.untilEnd((line) => {
      lastLine = line;
      const taken = takenOver(line);
      if (taken > 0) tookAt ??= performance.now();
      this.done.takenOver += taken;
      const gate = hear(this.#told, line);
      if (gate === null || this.#told.run === null) return;
      deciding.push(this.#decider.decide(this.#told.run, gate).then(() => life.decided()));
    });
    await Promise.all(deciding);
    if (death.by === "kill") this.done.kills++;
    return { death, tookAt, lastLine };
  }

  #troubling({ what, at }: Trouble): Strike {
    const server = this.#server;
    return {
      at,
      act: () => {
        // It is starting again.
        if (!server.isReady) return;
        if (what === "crash") {
          server.crash();
          this.done.crashes++;
        } else {
          server.begin(CUT);
          this.done.cuts++;
        }
      },
    };
  }

  /** Some gates are decided while nobody advances the run. */
  async #decideAsleep({ run, gates }: Ledger): Promise<void> {
    if (run === null) return;
    for (const gate of gates)
      if (gate.status === "open" && this.#seeded.chance(0.5)) await this.#decider.decide(run.id, gate);
  }
}

const CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ligase'";

/** An engine stops by itself when the server forgot what it had written, or was away for too long. */
const STOPPED_BY_CRASH = /store-(lost-writes|unavailable)/;

function wrongEnd({ death, lastLine }: Ended, isCrashed: boolean): readonly string[] {
  const { by, code } = death;
  const said = `${death.said}${lastLine}`;
  if (by === "kill" || code === 0) return [];
  if (by === "hang") return ["it did not end"];
  if (isCrashed && STOPPED_BY_CRASH.test(said)) return [];
  return [`it ended with exit code ${code}: ${said}`];
}

/** R11: a run is advanced by one engine, and what a dead one left is taken by somebody. */
function wrongTaking(ended: readonly Ended[], takesOver: boolean): readonly string[] {
  const took = ended.filter(({ tookAt }) => tookAt !== null);
  const isOneAfterOther = took.some((one) => took.some((other) => isAfter(one, other)));
  if (took.length > 1 && !isOneAfterOther) return ["two processes advanced one run"];
  const isStruck = ended.some(({ death }) => death.by === "kill" || death.code !== 0);
  return takesOver && took.length === 0 && !isStruck ? ["nobody took over the run of a dead engine"] : [];
}

/** Whether one began to advance the run when the other was dead. */
const isAfter = ({ tookAt }: Ended, { death: { killedAt } }: Ended): boolean =>
  tookAt !== null && killedAt !== null && tookAt > killedAt;
