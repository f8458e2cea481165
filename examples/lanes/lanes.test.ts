import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { file, z } from "ligase";
import { type Engine, openEngine } from "../../engine/src/index.ts";
import { needs } from "../../testkit/src/needs.ts";

const FLOW = join(import.meta.dirname, "workflow.ts");
const Data = z.object({ manifest: file(), reference: file() });
const Sample = z.strictObject({
  bam: file(),
  bai: file(),
  dupMetrics: file(),
  alignMetrics: z.strictObject({
    alignMetrics: file(),
    hasInsertMetrics: z.boolean(),
    insertMetrics: z.array(file()),
  }),
  depthMetrics: z.strictObject({ depth: file() }),
});

describe(
  "samples on two lanes each",
  needs("bowtie2-examples", "bwa", "cutadapt", "picard", "samtools"),
  () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "ligase-lanes-")));
    const output = join(folder, "results");
    let engine: Engine;
    let data: z.output<typeof Data>;
    let results: ReadonlyMap<string, z.output<typeof Sample>>;

    before(async () => {
      engine = openEngine({ root: join(folder, "store"), user: "tester" });
      await engine.load(FLOW);
      data = Data.parse((await run("prepare-samples", { output: join(folder, "data") })).value);
      results = new Map(Object.entries(z.record(z.string(), Sample).parse((await align()).value)));
    });
    after(async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Runs to the end; `executed` are the tasks of the jobs that were not answered from the cache. */
    async function run(name: string, args: object) {
      const handle = await engine.launch({ file: FLOW, name, args });
      const { status, value, error } = await handle.ended;
      assert.equal(status, "succeeded", error?.message);
      const jobs = engine.inspect
        .jobs(handle.id)
        .filter((job) => job.executor !== null && job.status === "succeeded");
      return { value, executed: jobs.map((job) => job.task) };
    }
    const align = () =>
      run("align-samples", { manifest: data.manifest.path, reference: data.reference.path, output });

    test("the result is keyed by sample, and each sample's files lie in a folder of its name", () => {
      assert.deepEqual([...results.keys()], ["sample-a", "sample-b"]);
      for (const [sample, { bam, bai, depthMetrics }] of results) {
        assert.equal(bam.path, join(output, sample, `${sample}.markdup.bam`));
        assert.equal(bai.path, join(output, sample, `${sample}.markdup.bai`));
        assert.equal(depthMetrics.depth.path, join(output, sample, `${sample}.depth.txt`));
      }
    });

    test("a sample's alignment holds the reads of both lanes", () => {
      for (const [sample, { bam }] of results) {
        const reads = execFileSync("samtools", ["view", bam.path], { encoding: "utf8", maxBuffer: 2 ** 26 });
        const names = reads.matchAll(/^SIM01:1:FLOWCELL01:(\d):/gm);
        assert.deepEqual(new Set(Array.from(names, ([, lane]) => lane)), new Set(["1", "2"]), sample);
      }
    });

    test("the metrics of picard are those of paired reads that fit the reference", () => {
      for (const { alignMetrics, dupMetrics } of results.values()) {
        const pairs = metricsRows(alignMetrics.alignMetrics.path).find((row) => row["CATEGORY"] === "PAIR");
        assert.ok(Number(pairs?.["PCT_PF_READS_ALIGNED"]) > 0.97);
        assert.equal(alignMetrics.hasInsertMetrics, true);
        const insert = alignMetrics.insertMetrics.find(({ name }) => name.endsWith(".insert_metrics.txt"));
        const [sizes] = metricsRows(insert?.path ?? "");
        assert.ok(Math.abs(Number(sizes?.["MEAN_INSERT_SIZE"]) - 300) < 30);
        const [duplicates] = metricsRows(dupMetrics.path);
        assert.ok(Number(duplicates?.["PERCENT_DUPLICATION"]) < 0.1);
      }
    });

    test("a second run executes nothing; a result that was deleted is copied again, nothing else is done", async () => {
      assert.deepEqual((await align()).executed, []);
      rmSync(join(output, "sample-a/sample-a.depth.txt"));
      assert.deepEqual((await align()).executed, ["ligase.copy-file"]);
      assert.match(readFileSync(join(output, "sample-a/sample-a.depth.txt"), "utf8"), /^lambda\t1\t\d+$/m);
    });
  },
);

/** The first table of a metrics file: a header and rows, up to an empty line. */
function metricsRows(path: string): readonly Readonly<Record<string, string>>[] {
  const [, table = ""] = readFileSync(path, "utf8").split(/^## METRICS CLASS.*\n/m);
  const [header = "", ...rows] = table.split("\n\n")[0]?.split("\n") ?? [];
  const names = header.split("\t");
  return rows.map((row) =>
    Object.fromEntries(row.split("\t").map((value, column) => [names[column] ?? "", value])),
  );
}
