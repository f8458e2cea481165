import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type ExampleData, makeData } from "./make-data.ts";
import { checkManifest } from "./manifest.ts";
import { applyMutations, drawMutations } from "./simulate/mutate.ts";
import { reverseComplement, toFasta } from "./simulate/genome.ts";
import { randomFrom } from "./simulate/random.ts";

const debianGenome = "/usr/share/doc/bowtie2/examples/reference/lambda_virus.fa.gz";

describe("makeData", () => {
  let folder = "";
  let data: ExampleData;
  let genome = "";
  const pairsPerLane = 2000;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "make-data-"));
    genome = await genomeFile(folder);
    data = await makeData({ out: join(folder, "data"), genome, pairsPerLane });
  });
  after(() => rm(folder, { recursive: true }));

  test("the same seed gives the same bytes", async () => {
    await makeData({ out: join(folder, "again"), genome, pairsPerLane });
    assert.deepEqual(await digests(join(folder, "again")), await digests(join(folder, "data")));
  });

  test("another seed gives other reads of the same reference", async () => {
    await makeData({ out: join(folder, "other"), seed: 8, genome, pairsPerLane });
    const [here, there] = [await digests(join(folder, "data")), await digests(join(folder, "other"))];
    assert.equal(there.get("reference/lambda.fa"), here.get("reference/lambda.fa"));
    assert.notEqual(
      there.get("reads/sample-a_L001_R1.fastq.gz"),
      here.get("reads/sample-a_L001_R1.fastq.gz"),
    );
  });

  test("data made before are found, not made again", async () => {
    const earlier = await stat(data.manifest);
    assert.deepEqual(await makeData({ out: join(folder, "data"), genome, pairsPerLane }), data);
    assert.deepEqual((await stat(data.manifest)).ino, earlier.ino);
  });

  test("a folder of somebody else is not touched", async () => {
    const mine = join(folder, "mine");
    await mkdir(mine);
    await writeFile(join(mine, "thesis.txt"), "precious");
    await assert.rejects(makeData({ out: mine, genome, pairsPerLane }), /was not made by this example/);
    assert.deepEqual(await readdir(mine), ["thesis.txt"]);
  });

  test("a failure leaves neither the folder nor a part of it", async () => {
    await assert.rejects(makeData({ out: join(folder, "none"), genome: join(folder, "missing.fa") }));
    await assert.rejects(access(join(folder, "none")));
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith(".")),
      [],
    );
  });

  test("both manifests are fit for the pipeline: two samples on two lanes, and one sample that fails", async () => {
    const lanes = await checkManifest(data.manifest, await readFile(data.manifest, "utf8"));
    const named = lanes.map(({ sample, lane }) => `${sample} ${lane}`);
    assert.deepEqual(named, ["sample-a L001", "sample-a L002", "sample-b L001", "sample-b L002"]);
    const failing = await checkManifest(data.failingManifest, await readFile(data.failingManifest, "utf8"));
    assert.deepEqual(
      failing.map(({ sample }) => sample),
      ["sample-c"],
    );
  });

  test("mates have equal names and come in one order", async () => {
    const [lane] = await checkManifest(data.manifest, await readFile(data.manifest, "utf8"));
    const names = async (path = "") => (await fastq(path)).map(([header = ""]) => header.split(" ")[0]);
    assert.deepEqual(await names(lane?.fastq1), await names(lane?.fastq2));
  });

  test("all lanes of a sample are read from one mutated genome, the one of its truth", async () => {
    for (const lane of ["L001", "L002"]) {
      const reads = (await fastq(join(folder, "data", "reads", `sample-a_${lane}_R1.fastq.gz`))).map(
        ([, bases = ""]) => bases,
      );
      const own = await mutated(data, "sample-a");
      const other = await mutated(data, "sample-b");
      // Stretches over a mutation of this sample occur in the reads, those of the other only by a rare misreading.
      assert.ok(seen(own.marks, reads) > own.marks.length * 0.6);
      assert.ok(seen(other.marks, reads) < other.marks.length * 0.1);
    }
  });
});

test("mutations lie apart, and undoing them gives the reference", () => {
  const reference = { contig: "lambda", bases: syntheticBases() };
  const mutations = drawMutations(
    reference,
    { snvs: 20, insertions: 5, deletions: 5 },
    randomFrom(1, "test"),
  );
  assert.equal(mutations.length, 30);
  let { bases } = applyMutations(reference, mutations);
  for (const { position, reference: original, alternative } of mutations.toReversed()) {
    const start = position - 1 + shiftBefore(mutations, position);
    assert.equal(bases.slice(start, start + alternative.length), alternative);
    bases = bases.slice(0, start) + original + bases.slice(start + alternative.length);
  }
  assert.equal(bases, reference.bases);
});

/** How far the mutations before a position move it in the mutated genome. */
function shiftBefore(
  mutations: readonly { position: number; reference: string; alternative: string }[],
  position: number,
): number {
  return mutations
    .filter((mutation) => mutation.position < position)
    .reduce((sum, { reference, alternative }) => sum + alternative.length - reference.length, 0);
}

/** Thirty bases around each SNV of a sample's truth, as the sample's own genome has them. */
async function mutated(data: ExampleData, sample: string): Promise<{ readonly marks: readonly string[] }> {
  const reference = (await readFile(data.reference, "utf8")).split("\n").slice(1).join("");
  const rows = (await readFile(data.truth[sample] ?? "", "utf8"))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const marks = rows.flatMap((row) => {
    const [, position, , original = "", alternative = ""] = row.split("\t");
    const start = Number(position) - 1;
    assert.equal(reference.slice(start, start + original.length), original);
    if (original.length !== alternative.length) return [];
    return [reference.slice(start - 15, start) + alternative + reference.slice(start + 1, start + 15)];
  });
  return { marks };
}

function seen(marks: readonly string[], reads: readonly string[]): number {
  const all = reads.join("\n");
  const reversed = reads.map(reverseComplement).join("\n");
  return marks.filter((mark) => all.includes(mark) || reversed.includes(mark)).length;
}

async function fastq(path: string): Promise<readonly (readonly string[])[]> {
  const lines = gunzipSync(await readFile(path))
    .toString("latin1")
    .trimEnd()
    .split("\n");
  return Array.from({ length: lines.length / 4 }, (_, read) => lines.slice(4 * read, 4 * read + 4));
}

async function digests(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const pairs = names.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [
      path.slice(folder.length + 1),
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    ] as const;
  });
  return new Map(await Promise.all(pairs));
}

/** The real genome where it is installed, else a random one of the same size: these tests need no tools. */
async function genomeFile(folder: string): Promise<string> {
  const installed = await access(debianGenome).then(
    () => true,
    () => false,
  );
  if (installed) return debianGenome;
  const path = join(folder, "genome.fa");
  await writeFile(path, toFasta({ contig: "synthetic", bases: syntheticBases() }));
  return path;
}

function syntheticBases(): string {
  const random = randomFrom(1, "genome");
  return Array.from({ length: 48_502 }, () => "ACGT".charAt(random.below(4))).join("");
}
