import { PostgresServer } from "../postgres.ts";
import { killRunOnSmallDisk } from "./kill-on-small-disk.ts";
import { killRun, type KilledRun } from "./killed-run.ts";
import { killGates } from "./gates/killed-gates.ts";
import { killRunOnPostgres } from "./postgres-run.ts";
import { cutRun, type CutRun } from "./power/cut-run.ts";

/**
 * What is done to runs: their process is killed, with room on the disk or without, or their disk is cut from power; or
 * their store is on Postgres, and processes, connections and the server are killed; or people decide their gates, and
 * engines, services and those who decide are killed.
 */
export type Way = "process" | "disk" | "power" | "postgres" | "gates";

export interface Finished {
  readonly way: Way;
  readonly seed: number;
  /** Kills, cuts and crashes. */
  readonly deaths: number;
  /** The same by what it was, where it was not one thing alone. */
  readonly done?: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
  /** Where the seed alone does not tell: what was planned. */
  readonly plan: readonly string[];
  readonly left: Readonly<Record<string, number>>;
  readonly folder: string | null;
}

export interface CampaignOptions {
  readonly way: Way;
  /** Kills or cuts to be made, at the least. */
  readonly deaths: number;
  /** Of the first run; each further one has the next. */
  readonly seed: number;
  /** Runs at once. */
  readonly lanes: number;
  readonly onRun?: (run: Finished) => void;
}

const CUTS_OF_A_RUN = 50;
const RESUME_ONE_OF = 8;

/** Makes so many deaths, several runs at once. Stops at the first broken promise, which is the last of the list. */
export async function campaign(options: CampaignOptions): Promise<readonly Finished[]> {
  const { way, deaths, lanes, onRun } = options;
  const finished: Finished[] = [];
  let seed = options.seed;
  const isOver = (): boolean =>
    finished.some(({ broken }) => broken.length > 0) ||
    finished.reduce((sum, run) => sum + run.deaths, 0) >= deaths;
  const lane = async (): Promise<void> => {
    // A server that crashes takes no other run's with it.
    using server = way === "postgres" ? new PostgresServer() : null;
    while (!isOver()) {
      const run = server === null ? await WAYS[way as LocalWay](seed++) : await onPostgres(server, seed++);
      finished.push(run);
      onRun?.(run);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return finished.toSorted((a, b) => a.broken.length - b.broken.length);
}

type LocalWay = Exclude<Way, "postgres">;

async function onPostgres(server: PostgresServer, seed: number): Promise<Finished> {
  const { kills, ...run } = await killRunOnPostgres(server, seed);
  return { ...run, way: "postgres", deaths: kills };
}

const WAYS: Readonly<Record<LocalWay, (seed: number) => Promise<Finished>>> = {
  process: async (seed) => ofKills("process", await killRun({ seed })),
  disk: async (seed) => ofKills("disk", await killRunOnSmallDisk(seed)),
  gates: async (seed) => ofKills("gates", { ...(await killGates(seed)), left: {} }),
  power: async (seed) => ofCuts(await cutRun({ seed, cuts: CUTS_OF_A_RUN, resumeOneOf: RESUME_ONE_OF })),
};

const ofKills = (way: Way, { kills, ...run }: KilledRun): Finished => ({ ...run, way, deaths: kills });
const ofCuts = ({ cuts, ...run }: CutRun): Finished => ({
  ...run,
  way: "power",
  deaths: cuts,
  plan: [],
  left: {},
});

/** A broken promise in words: how to see it again, and where it can be looked at. */
export function describeBroken({ way, seed, broken, plan, folder }: Finished): string {
  return [
    `A promise is broken (${way}, seed ${seed}): npm run kill -- --only ${way} --seed ${seed} --kills 1`,
    ...broken.map((what) => `  ${what}`),
    ...(plan.length === 0 ? [] : [`  planned: ${plan.join("; ")}`]),
    `  kept: ${folder}`,
  ].join("\n");
}
