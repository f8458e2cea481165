/**
 * Makes the read files of this example from the genome of phage lambda:
 *
 *     node examples/alignment/make-data.ts --out data [--seed 7] [--genome lambda.fa]
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { type Genome, readLambda, toFasta } from "./simulate/genome.ts";
import { applyMutations, drawMutations, toVcf } from "./simulate/mutate.ts";
import { type QualityProfile, failedRun, goodRun } from "./simulate/quality.ts";
import { randomFrom } from "./simulate/random.ts";
import { sequenceLane } from "./simulate/reads.ts";

/** Where the data go and from what they grow. */
export interface DataOptions {
  /** The folder to make. */
  readonly out: string;
  /** Default 7. The same seed gives the same files. */
  readonly seed?: number;
  /** Default 5,000: about twenty reads over every base. */
  readonly pairsPerLane?: number;
  /** A FASTA file of the lambda genome; default: the one of Debian's `bowtie2-examples`. */
  readonly genome?: string;
}

/** Absolute paths of what was made. */
export interface ExampleData {
  /** Two samples on two lanes each, fit for alignment. */
  readonly manifest: string;
  /** One sample whose qualities fail FastQC. */
  readonly failingManifest: string;
  readonly reference: string;
  /** For each sample the VCF of its true mutations. */
  readonly truth: Readonly<Record<string, string>>;
}

/** All that the bytes of the data depend on. */
interface Recipe {
  readonly genome: Genome;
  readonly seed: number;
  readonly pairsPerLane: number;
}

interface SamplePlan {
  readonly sample: string;
  readonly manifest: "manifest.csv" | "manifest-failing.csv";
  readonly lanes: readonly number[];
  readonly profile: QualityProfile;
}

const samples: readonly SamplePlan[] = [
  { sample: "sample-a", manifest: "manifest.csv", lanes: [1, 2], profile: goodRun },
  { sample: "sample-b", manifest: "manifest.csv", lanes: [1, 2], profile: goodRun },
  { sample: "sample-c", manifest: "manifest-failing.csv", lanes: [1], profile: failedRun },
];
const mutationCounts = { snvs: 48, insertions: 6, deletions: 6 };
const stampFile = "made.json";
/** Raise it when the same seed no longer gives the same files. */
const formatVersion = 1;

/**
 * Makes the example's data in `out`, or finds them made already from the same seed and genome.
 * The folder appears whole or not at all; a folder that this function did not make is an error, never overwritten.
 */
export async function makeData({
  out,
  seed = 7,
  pairsPerLane = 5000,
  genome: path,
}: DataOptions): Promise<ExampleData> {
  const folder = resolve(out);
  const recipe: Recipe = { genome: await readLambda(path), seed, pairsPerLane };
  const present = await stampIn(folder);
  if (present !== stampOf(recipe)) await replaceFolder(folder, (partial) => writeAll(partial, recipe));
  return pathsIn(folder);
}

function stampOf({ genome, seed, pairsPerLane }: Recipe): string {
  const digest = createHash("sha256").update(genome.bases).digest("hex");
  const stamp = { madeBy: "ligase-alignment-example", formatVersion, seed, pairsPerLane, genome: digest };
  return `${JSON.stringify(stamp, null, 2)}\n`;
}

/** The stamp of a folder made earlier, or nothing if there is no folder. */
async function stampIn(folder: string): Promise<string | undefined> {
  const exists = await stat(folder).catch(absent);
  if (exists === undefined) return undefined;
  const stamp = await readFile(join(folder, stampFile), "utf8").catch(absent);
  if (stamp === undefined)
    throw new Error(`${folder} exists and was not made by this example. Name another folder.`);
  return stamp;
}

/** Fills a folder beside the real one and swaps them by renaming, so that no half-made folder is ever seen. */
async function replaceFolder(folder: string, fill: (partial: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const fresh = join(partial, "fresh");
    await fill(fresh);
    await rename(folder, join(partial, "old")).catch(absent);
    await rename(fresh, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function writeAll(folder: string, recipe: Recipe): Promise<void> {
  for (const part of ["reads", "reference", "truth"]) await mkdir(join(folder, part), { recursive: true });
  await writeFile(join(folder, "reference", "lambda.fa"), toFasta(recipe.genome));
  for (const plan of samples) await writeSample(folder, plan, recipe);
  for (const name of ["manifest.csv", "manifest-failing.csv"] as const) {
    await writeFile(join(folder, name), manifestOf(name));
  }
  await writeFile(join(folder, stampFile), stampOf(recipe));
}

/** A sample has one genome, whatever the number of lanes it is read on. */
async function writeSample(folder: string, plan: SamplePlan, recipe: Recipe): Promise<void> {
  const { sample, lanes, profile } = plan;
  const { genome, seed, pairsPerLane: pairs } = recipe;
  const mutations = drawMutations(genome, mutationCounts, randomFrom(seed, `${sample} mutations`));
  await writeFile(truthIn(folder, sample), toVcf(genome, sample, mutations));
  const own = applyMutations(genome, mutations);
  for (const lane of lanes) {
    const { r1, r2 } = sequenceLane(
      own,
      { lane, pairs, profile },
      randomFrom(seed, `${sample} lane ${lane}`),
    );
    await writeFile(join(folder, readsOf(sample, lane, 1)), gzip(r1));
    await writeFile(join(folder, readsOf(sample, lane, 2)), gzip(r2));
  }
}

function manifestOf(name: SamplePlan["manifest"]): string {
  const rows = samples
    .filter((plan) => plan.manifest === name)
    .flatMap(({ sample, lanes }) =>
      lanes.map((lane) =>
        [sample, laneName(lane), readsOf(sample, lane, 1), readsOf(sample, lane, 2)].join(","),
      ),
    );
  return `${["sample,lane,fastq_1,fastq_2", ...rows].join("\n")}\n`;
}

/** Byte 9 of a gzip header names the operating system; 255 says "unknown", so that all of them write the same. */
function gzip(text: string): Buffer {
  const bytes = gzipSync(text, { level: 6 });
  bytes[9] = 255;
  return bytes;
}

function pathsIn(folder: string): ExampleData {
  return {
    manifest: join(folder, "manifest.csv"),
    failingManifest: join(folder, "manifest-failing.csv"),
    reference: join(folder, "reference", "lambda.fa"),
    truth: Object.fromEntries(samples.map(({ sample }) => [sample, truthIn(folder, sample)])),
  };
}

function readsOf(sample: string, lane: number, mate: 1 | 2): string {
  return `reads/${sample}_${laneName(lane)}_R${mate}.fastq.gz`;
}

function laneName(lane: number): string {
  return `L00${lane}`;
}

function truthIn(folder: string, sample: string): string {
  return join(folder, "truth", `${sample}.vcf`);
}

/** For `catch`: a missing file is an answer, every other failure is thrown on. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { out: { type: "string" }, seed: { type: "string", default: "7" }, genome: { type: "string" } },
  });
  if (values.out === undefined) throw new Error("Name the folder to make with --out.");
  const genome = values.genome === undefined ? {} : { genome: values.genome };
  console.log(
    JSON.stringify(await makeData({ out: values.out, seed: Number(values.seed), ...genome }), null, 2),
  );
}
