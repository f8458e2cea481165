/**
 * Alignment of samples that were read on several lanes: one script per step, metrics at the end, a result per sample.
 *
 *     ligase run examples/lanes/workflow.ts prepare-samples --output data
 *     ligase run examples/lanes/workflow.ts align-samples --manifest data/manifest.csv --reference data/reference/lambda.fa
 */
import { cond, count, file, fromEntries, groupBy, gt, map, pluck, workflow, z } from "ligase";
import { readManifest } from "../alignment/tasks/read-manifest.ts";
import { Genome, ReadPair } from "./model.ts";
import { cutAdapters } from "./tasks/cut-adapters.ts";
import { indexGenome } from "./tasks/index-genome.ts";
import { markDuplicates } from "./tasks/mark-duplicates.ts";
import { mergeFastq } from "./tasks/merge-fastq.ts";
import { collectAlignMetrics, collectDepthMetrics } from "./tasks/metrics.ts";
import { recalibrateBases } from "./tasks/recalibrate-bases.ts";
import { runBwa } from "./tasks/run-bwa.ts";

export { prepareSamples } from "./tasks/prepare-samples.ts";

const KnownSites = z.array(file(".vcf.gz"));

/** From the reads of one sample to its alignment and the metrics of it. */
export const alignSample = workflow(
  {
    name: "align-one-sample",
    input: { sample: z.string(), reads: ReadPair, genome: Genome, knownSites: KnownSites },
  },
  ({ sample, reads, genome, knownSites }) => {
    const { reads1, reads2 } = cutAdapters({ sample, reads });
    const aligned = runBwa({ sample, reads: { reads1, reads2 }, genome });
    const marked = markDuplicates({ sample, bam: aligned.bam });
    const { bam, bai } = cond(
      gt(count(knownSites), 0),
      () => recalibrateBases({ sample, alignment: { bam: marked.bam, bai: marked.bai }, genome, knownSites }),
      () => ({ bam: marked.bam, bai: marked.bai }),
    );
    return {
      bam,
      bai,
      dupMetrics: marked.metrics,
      alignMetrics: collectAlignMetrics({ sample, bam, genome }),
      depthMetrics: collectDepthMetrics({ sample, bam }),
    };
  },
);

export const alignSamples = workflow(
  {
    name: "align-samples",
    description: "Merges lanes, cuts adapters, aligns, marks duplicates, recalibrates and measures",
    input: {
      manifest: file(".csv").describe("One row per lane, with the columns sample, lane, fastq_1 and fastq_2"),
      reference: file(".fa", ".fasta").describe("The genome to align to"),
      knownSites: KnownSites.default([]).describe(
        "Known variants; given, base qualities are recalibrated with GATK",
      ),
    },
  },
  ({ manifest, reference, knownSites }) => {
    const genome = indexGenome({ reference });
    const samples = groupBy(readManifest({ manifest }), "sample");
    const results = map(samples, ({ sample, rows }) => {
      const reads = mergeFastq({ sample, reads1: pluck(rows, "r1"), reads2: pluck(rows, "r2") });
      return { key: sample, value: alignSample({ sample, reads, genome, knownSites }) };
    });
    return fromEntries(results);
  },
);
