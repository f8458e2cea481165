/**
 * Alignment of samples that were read on several lanes: one script per step, metrics at the end, a result per sample.
 *
 *     ligase run examples/lanes/workflow.ts prepare-samples --output data
 *     ligase run examples/lanes/workflow.ts align-samples --manifest data/manifest.csv --reference data/reference/lambda.fa
 */
import {
  type File,
  type Lazy,
  cond,
  copyFile,
  count,
  file,
  format,
  fromEntries,
  groupBy,
  gt,
  map,
  pluck,
  workflow,
  z,
} from "ligase";
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

/** From the reads of one sample to its alignment and the metrics of it, which go to a folder. */
export const alignSample = workflow(
  {
    name: "align-sample",
    input: {
      sample: z.string(),
      reads: ReadPair,
      genome: Genome,
      knownSites: KnownSites,
      folder: z.string(),
    },
  },
  ({ sample, reads, genome, knownSites, folder }) => {
    const { reads1, reads2 } = cutAdapters({ sample, reads });
    const aligned = runBwa({ sample, reads: { reads1, reads2 }, genome });
    const marked = markDuplicates({ sample, bam: aligned.bam });
    const alignment = { bam: marked.bam, bai: marked.bai };
    const { bam, bai } = cond(
      gt(count(knownSites), 0),
      () => recalibrateBases({ sample, alignment, genome, knownSites }),
      () => alignment,
    );
    const metrics = collectAlignMetrics({ sample, bam, genome });
    const { depth } = collectDepthMetrics({ sample, bam });

    const deliver = (made: Lazy<File>) => copyFile(made, folder);
    return {
      bam: deliver(bam),
      bai: deliver(bai),
      dupMetrics: deliver(marked.metrics),
      alignMetrics: {
        alignMetrics: deliver(metrics.alignMetrics),
        hasInsertMetrics: metrics.hasInsertMetrics,
        insertMetrics: map(metrics.insertMetrics, deliver),
      },
      depthMetrics: { depth: deliver(depth) },
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
      output: z
        .string()
        .default("results")
        .describe("Folder for the results; each sample gets its own in it"),
    },
  },
  ({ manifest, reference, knownSites, output }) => {
    const genome = indexGenome({ reference });
    const samples = groupBy(readManifest({ manifest }), "sample");
    const results = map(samples, ({ sample, rows }) => {
      const reads = mergeFastq({ sample, reads1: pluck(rows, "r1"), reads2: pluck(rows, "r2") });
      const folder = format`${output}/${sample}/`;
      return { key: sample, value: alignSample({ sample, reads, genome, knownSites, folder }) };
    });
    return fromEntries(results);
  },
);
