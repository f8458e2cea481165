import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { file, z } from "ligase";
import { type Engine, type GateRecord, type RunHandle, openEngine } from "../../engine/src/index.ts";
import { type ExampleData, makeData } from "./make-data.ts";
import { ComparisonRow } from "./model.ts";
import { neededTools } from "./testing/needed-tools.ts";

/* One store and one set of read files for all tests, in the order of their numbers: each run builds on those before. */

const FLOW = join(import.meta.dirname, "workflow.ts");
const CLI = join(import.meta.dirname, "../../cli/bin/ligase.js");

const Result = z.object({
  samples: z.array(
    z.object({
      sample: z.string(),
      alignments: z.array(z.looseObject({ aligner: z.string(), bam: file(), bai: file() })),
      variants: z.object({ vcf: file(), index: file() }),
    }),
  ),
  comparison: z.array(ComparisonRow),
  reports: z.object({ quality: file(), alignment: file(), comparison: z.array(file()) }),
});

describe("the alignment of two samples", neededTools, () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ligase-alignment-")));
  const root = join(folder, "store");
  let engine: Engine;
  let data: ExampleData;
  let first: Decided;
  let result: z.output<typeof Result>;

  before(async () => {
    data = await makeData({ out: join(folder, "data") });
    engine = openEngine({ root, user: "tester" });
    await engine.load(FLOW);
    first = await decided("approved");
    result = Result.parse(first.end.value);
  });
  after(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const launch = (manifest: string, by = engine): Promise<RunHandle> =>
    by.launch({
      file: FLOW,
      name: "compare-aligners",
      args: { manifest, reference: data.reference, results: join(folder, "results") },
    });

  /** A run whose gate is decided as soon as it opens. */
  async function decided(outcome: "approved" | "rejected", comment?: string) {
    const run = await launch(data.manifest);
    const gate = await openedGate(run);
    const executedBefore = executed(run.id);
    engine.decide({
      run: run.id,
      gate: gate.id,
      outcome,
      by: "tester",
      ...(comment === undefined ? {} : { comment }),
    });
    return { run: run.id, gate, executedBefore, end: await run.ended };
  }
  type Decided = Awaited<ReturnType<typeof decided>>;

  /** The tasks of the jobs that a run executed, sorted: neither answered from the cache, nor workflows. */
  function executed(run: string): readonly string[] {
    const jobs = engine.inspect
      .jobs(run)
      .filter((job) => job.executor !== null && job.status === "succeeded");
    return jobs.map((job) => job.task).toSorted();
  }

  test("1: nothing is aligned before the report was approved", () => {
    const perSample = ["fastqc", "merge-lanes", "trim"].flatMap((task) => [task, task]);
    const expected = [
      ...perSample,
      "check-quality",
      "ligase.copy-file",
      "multiqc",
      "read-manifest",
    ].toSorted();
    assert.deepEqual(first.executedBefore, expected);
    assert.equal(first.gate.question, "Are these reads good enough to align?");
  });

  test("2: the report that the gate shows covers all read files and needs no network", () => {
    const [report] = z.array(file()).parse(first.gate.evidence);
    // The gate shows a copy of its own: what was seen stays as it was.
    assert.equal(report?.name, "quality.html");
    const html = readFileSync(report.path, "utf8");
    assert.equal(html, readFileSync(join(folder, "results/quality.html"), "utf8"));
    for (const name of ["sample-a_R1", "sample-a_R2", "sample-b_R1", "sample-b_R2"])
      assert.match(html, new RegExp(name));
    assert.doesNotMatch(html, /<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?\/\//);
  });

  test("3: every aligner places nearly all reads of every sample", () => {
    const placed = result.comparison.map(({ sample, aligner }) => `${sample} ${aligner}`);
    const aligners = ["bowtie2", "hisat2", "bwa"];
    assert.deepEqual(
      placed,
      ["sample-a", "sample-b"].flatMap((sample) => aligners.map((name) => `${sample} ${name}`)),
    );
    for (const { percentAligned, meanDepth } of result.comparison) {
      assert.ok(percentAligned > 97 && percentAligned <= 100, `${percentAligned} % aligned`);
      assert.ok(meanDepth > 30 && meanDepth < 45, `${meanDepth} reads over a base`);
    }
  });

  test("4: the variants are the mutations that the samples were made with", () => {
    for (const { sample, variants } of result.samples) {
      const truth = new Set(mutations(readFileSync(data.truth[sample] ?? "", "utf8")));
      const called = mutations(gunzipSync(readFileSync(variants.vcf.path)).toString());
      const right = called.filter((mutation) => truth.has(mutation)).length;
      assert.equal(truth.size, 60);
      assert.ok(right / truth.size >= 0.95, `${sample}: ${right} of ${truth.size} mutations are found`);
      assert.ok(right / called.length >= 0.95, `${sample}: ${right} of ${called.length} variants are true`);
    }
  });

  test("5: alignments lie in the folder of results with an index that fits", () => {
    for (const { sample, alignments } of result.samples) {
      for (const { aligner, bam } of alignments) {
        assert.equal(bam.path, join(folder, "results", sample, `${sample}_${aligner}.bam`));
        const [contig, , mapped] = samtools("idxstats", bam.path).split("\t");
        assert.equal(contig, "lambda");
        assert.ok(Number(mapped) > 18_000);
        const group = new RegExp(`^@RG\tID:${sample}\tSM:${sample}\t`, "m");
        assert.match(samtools("view", "-H", bam.path), group);
      }
    }
  });

  test("6: both reports and the comparison are decks of their jobs", () => {
    const names = engine.inspect.decks(first.run).map(({ name }) => name);
    assert.deepEqual(names.toSorted(), ["comparison", "html", "html"]);
  });

  test("7: a second run executes no job, asks again, and gives the same", async () => {
    const again = await decided("approved");
    assert.deepEqual(executed(again.run), []);
    assert.notEqual(again.gate.id, first.gate.id);
    assert.equal(again.gate.contentHash, first.gate.contentHash);
    assert.deepEqual(again.end.value, first.end.value);
  });

  test("8: a rejected run ends with the reason and a bad exit code, and aligns nothing", async () => {
    const { run, end } = await decided("rejected", "too many adapters");
    assert.equal(end.error?.kind, "rejected");
    assert.match(end.error.message, /tester rejected "quality": too many adapters/);
    assert.deepEqual(executed(run), []);

    const flags = [
      `--manifest=${data.manifest}`,
      `--reference=${data.reference}`,
      "--reject=too many adapters",
    ];
    const args = ["run", `--root=${root}`, FLOW, "compare-aligners", ...flags];
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
    assert.equal(status, 1, stderr);
    assert.match(stdout, /rejected "quality": too many adapters/);
  });

  test("9: reads of bad quality end the run before the gate; sample, file and module are named", async () => {
    const run = await launch(data.failingManifest);
    const { status, error } = await run.ended;
    assert.equal(status, "failed");
    assert.match(error?.message ?? "", /^ {2}sample-c, sample-c_R2\.fastq\.gz: Per base sequence quality$/m);
    assert.deepEqual(engine.inspect.gates(run.id), []);
    assert.ok(!executed(run.id).includes("trim"));
  });

  test("10: a tool that is not installed is told before anything runs, with its package", async (t) => {
    const path = process.env["PATH"];
    const fresh = openEngine({ root: join(folder, "fresh-store"), user: "tester" });
    t.after(async () => {
      process.env["PATH"] = path;
      await fresh.close();
    });
    process.env["PATH"] = folder;
    const run = await launch(data.manifest, fresh);
    const { error } = await run.ended;
    assert.equal(error?.code, "tool-not-installed");
    assert.match(error?.remedy ?? "", /apt-get install \w+/);
    assert.deepEqual(
      fresh.inspect.jobs(run.id).filter((job) => job.status === "succeeded"),
      [],
    );
  });

  test("11: one read file changed: its sample is done again, and what is about all samples", async () => {
    spoil(join(folder, "data/reads/sample-b_L002_R1.fastq.gz"));
    const { run, end } = await decided("approved");
    assert.equal(end.status, "succeeded");
    const perSample = [
      "align-bowtie2",
      "align-bwa",
      "align-hisat2",
      "call-variants",
      "fastqc",
      "merge-lanes",
      "trim",
    ];
    const perAligner = ["measure-alignment", "sort-and-mark"].flatMap((task) => [task, task, task]);
    const aboutAll = ["check-quality", "compare", "multiqc", "multiqc", "read-manifest"];
    const ran = executed(run).filter((task) => task !== "ligase.copy-file");
    assert.deepEqual(ran, [...perSample, ...perAligner, ...aboutAll].toSorted());
    const merge = engine.inspect
      .jobs(run)
      .find(({ task, status }) => task === "merge-lanes" && status === "succeeded");
    const { args } = engine.inspect.jobData(run, merge?.number ?? 0);
    assert.equal((args as { readonly sample: string }).sample, "sample-b");
  });
});

function openedGate(run: RunHandle): Promise<GateRecord> {
  return new Promise((resolve, reject) => {
    run.subscribe((event) => {
      if (event.kind === "gate-opened") resolve(event.gate);
      if (event.kind === "run-ended")
        reject(new Error(`The run ended without a gate: ${event.end.error?.message}`));
    });
  });
}

/** Position, reference and alternative of each row of a VCF. */
function mutations(vcf: string): readonly string[] {
  const rows = vcf.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return rows.map((row) => row.split("\t")).map(([, position, , from, to]) => `${position} ${from}>${to}`);
}

function samtools(...args: readonly string[]): string {
  return execFileSync("samtools", args, { encoding: "utf8" });
}

/** Gives the last hundred reads of a FASTQ file the lowest quality. */
function spoil(path: string): void {
  const lines = gunzipSync(readFileSync(path)).toString("latin1").trimEnd().split("\n");
  const isSpoilt = (line: number): boolean => line % 4 === 3 && line >= lines.length - 400;
  const spoilt = lines.map((text, line) => (isSpoilt(line) ? "#".repeat(text.length) : text));
  writeFileSync(path, gzipSync(`${spoilt.join("\n")}\n`));
}
