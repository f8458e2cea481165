import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { brokenEvidence, brokenResult, brokenWords } from "../checks.ts";
import { graphOf, type Graph } from "../graph.ts";
import { readLedger } from "../ledger.ts";
import { Scene } from "../scene.ts";
import { Seeded } from "../seeded.ts";
import { survivorsOf } from "../survivors.ts";
import { hear, nothingTold, type Told } from "../told.ts";
import { writeAfterCut } from "./cut.ts";
import { ModelDisk } from "./disk.ts";
import { differences } from "./model-check.ts";
import { believeTimes } from "./believe-times.ts";
import { Resumer } from "./resumer.ts";
import { readTrace, TRACED, type Step } from "./trace.ts";
import type { TracedRun } from "./traced-run.ts";

const PROGRAM = fileURLToPath(new URL("./traced-run.ts", import.meta.url));
const LONGEST_MS = 300_000;
/** The trace holds every byte several times. */
const LARGEST_BYTES = 100_000;
/** Of so many cuts one is a kill at an exact place. */
const KILLS_ONE_OF = 5;

/** What came of a run whose disk was cut from power, in many ways. */
export interface CutRun {
  readonly seed: number;
  readonly cuts: number;
  /** After how many of them the run was resumed. */
  readonly resumed: number;
  /** Promises that were broken by the last cut; none when all is well. */
  readonly broken: readonly string[];
  /** The scratch project, as the last cut left it; null when it is gone. */
  readonly folder: string | null;
}

export interface CutOptions {
  readonly seed: number;
  readonly cuts: number;
  /** Of how many cuts one is resumed; what was told is looked at after each. */
  readonly resumeOneOf: number;
}

/** Traces one run and takes so many power cuts from it. Stops at the first that breaks a promise. */
export async function cutRun(options: CutOptions): Promise<CutRun> {
  const seeded = new Seeded(options.seed);
  const graph = graphOf(seeded, seeded.whole(1, 3), LARGEST_BYTES);
  const scene = new Scene(graph.source, `cut-${options.seed}`);
  const steps = await tracedSteps(scene, graph, seeded);
  const kills = Math.floor(options.cuts / KILLS_ONE_OF);
  const resumer = new Resumer(scene, graph);
  const cuts = [...powerCuts(steps, options.cuts - kills, seeded), ...killsIn(steps, kills, seeded)].toSorted(
    (a, b) => a.after - b.after,
  );
  const [disk, told] = [new ModelDisk(scene.disk), nothingTold()];
  const result = { seed: options.seed, cuts: 0, resumed: 0, broken: [] as readonly string[] };
  try {
    let done = 0;
    for (const cut of cuts) {
      for (const step of steps.slice(done, cut.after)) take(step, disk, told);
      done = cut.after;
      result.cuts++;
      const isResumed = result.cuts % options.resumeOneOf === 0;
      if (isResumed) result.resumed++;
      result.broken = await brokenByCut({
        scene,
        graph,
        disk,
        told,
        seeded,
        isKill: cut.isKill,
        resumer: isResumed ? resumer : null,
      });
      if (result.broken.length > 0) break;
    }
  } finally {
    await resumer.close();
  }
  if (result.broken.length > 0)
    return {
      ...result,
      broken: result.broken.map(
        (what) =>
          `cut ${result.cuts} of ${cuts.length}, after step ${cuts[result.cuts - 1]?.after} of ${steps.length}: ${what}`,
      ),
      folder: scene.folder,
    };
  await scene.remove();
  return { ...result, folder: null };
}

async function tracedSteps(scene: Scene, { answers }: Graph, seeded: Seeded): Promise<readonly Step[]> {
  const trace = join(scene.folder, "trace");
  const killAfter = seeded.chance(0.6) ? [seeded.whole(1, 12)] : [];
  const traced: TracedRun = { place: scene.place, answers: Object.fromEntries(answers), killAfter };
  const strace = [
    "-f",
    "-y",
    "--seccomp-bpf",
    "-xx",
    "-s",
    "1000000000",
    "-e",
    `trace=${TRACED}`,
    "-o",
    trace,
  ];
  const child = spawn("strace", [...strace, process.execPath, PROGRAM, JSON.stringify(traced)], {
    cwd: scene.disk,
    // Files are written by calls that can be traced, not by a ring of requests.
    env: { ...scene.environment, UV_USE_IO_URING: "0" },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: LONGEST_MS,
  });
  const said = text(child.stderr);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`The traced run ended with ${code}: ${await said} (${scene.folder})`);
  await survivorsOf(scene.folder);
  const steps = await readTrace(trace);
  checkModel(scene, steps);
  rmSync(trace);
  return steps;
}

/** With nothing lost the model is the disk, or no cut would mean anything. */
function checkModel(scene: Scene, steps: readonly Step[]): void {
  const disk = new ModelDisk(scene.disk);
  for (const step of steps) disk.apply(step);
  const different = differences(disk.root, scene.disk);
  if (different.length > 0)
    throw new Error(
      `The model of the disk is wrong (${scene.folder}):\n${different.slice(0, 20).join("\n")}`,
    );
}

function take(step: Step, disk: ModelDisk, told: Told): void {
  disk.apply(step);
  if (step.kind === "told") hear(told, step.line);
}

/** Where the trace is cut off. */
interface Cut {
  /** So many steps were made. */
  readonly after: number;
  /** All processes are killed there and the disk goes on: nothing is lost. */
  readonly isKill: boolean;
}

/** Between two writes to the store, within what is written together: a signal from outside hardly ever strikes there. */
function killsIn(steps: readonly Step[], count: number, seeded: Seeded): readonly Cut[] {
  const written = steps.flatMap((step, index) =>
    step.kind === "write" && step.path.endsWith("/store.db-wal") ? [index + 1] : [],
  );
  return Array.from({ length: count }, () => ({ after: seeded.one(written), isKill: true }));
}

/** Anywhere, and often right behind what the program told or synced. */
function powerCuts(steps: readonly Step[], count: number, seeded: Seeded): readonly Cut[] {
  const places = (...kinds: readonly Step["kind"][]): readonly number[] =>
    steps.flatMap(({ kind }, index) => (kinds.includes(kind) ? [index + 1] : []));
  const [told, synced, named] = [places("told"), places("sync"), places("rename", "unlink", "create")];
  const anywhere = (): number => seeded.whole(0, steps.length);
  const moments = Array.from({ length: count }, () => {
    const list = seeded.one([told, told, synced, named, []]);
    return list.length === 0 ? anywhere() : seeded.one(list);
  });
  return moments.map((after) => ({ after, isKill: false }));
}

interface CutScene {
  readonly scene: Scene;
  readonly graph: Graph;
  readonly disk: ModelDisk;
  readonly told: Told;
  readonly isKill: boolean;
  /** Null when it is enough to look. */
  readonly resumer: Resumer | null;
  readonly seeded: Seeded;
}

async function brokenByCut({
  scene,
  graph,
  disk,
  told,
  resumer,
  seeded,
  isKill,
}: CutScene): Promise<readonly string[]> {
  writeAfterCut(disk, scene.disk, seeded, isKill ? "kept" : undefined);
  believeTimes(scene.root);
  const found = readLedger(scene.root);
  // After a power cut the file of a value may be gone; no kill takes one away.
  const unreadable = isKill ? found.unreadable : [];
  const broken = [...brokenWords(told, found), ...brokenEvidence(found), ...unreadable];
  if (broken.length > 0) return broken;
  if (told.succeeded !== null) {
    const wrong = brokenResult(scene, graph.value, found);
    if (wrong.length > 0) return wrong.map((what) => `when the end was told: ${what}`);
  }
  if (resumer === null) return [];
  const failure = await resumer.resume();
  if (failure !== null) return [`it could not be resumed: ${failure}`];
  return brokenResult(scene, graph.value, readLedger(scene.root));
}
