import { file, format, out, script, sh, z } from "ligase";
import { Genome } from "../model.ts";
import { picard } from "./picard.ts";

export const collectAlignMetrics = script({
  name: "collect-align-metrics",
  description:
    "Measures how the reads were placed, and the sizes of the fragments if they were read from both ends",
  input: { sample: z.string(), bam: file(".bam"), genome: Genome },
  output: ({ sample }) => ({
    alignMetrics: out.file(format`${sample}.alignment_metrics.txt`),
    hasInsertMetrics: out.json(z.boolean()),
    insertMetrics: out.file(format`${sample}.insert_metrics.txt`, { optional: true }),
    insertSizeHistogram: out.file(format`${sample}.insert_size_histogram.pdf`, { optional: true }),
  }),
  // Picard refuses to start without R, which draws the histogram only: a stand-in lets it give the figures at least.
  // It writes no insert metrics for reads without mates.
  command: ({ bam, genome }, o) => sh`
    ${picard} CollectAlignmentSummaryMetrics -INPUT ${bam} -OUTPUT ${o.alignMetrics} \
      -REFERENCE_SEQUENCE ${genome}/reference.fa
    if ! command -v Rscript > /dev/null; then
      mkdir stand-in
      ln -s "$(type -P true)" stand-in/Rscript
      PATH="$PWD/stand-in:$PATH"
    fi
    ${picard} CollectInsertSizeMetrics -INPUT ${bam} -OUTPUT ${o.insertMetrics} -Histogram_FILE ${o.insertSizeHistogram}
    if [ -s ${o.insertMetrics} ]; then echo true; else echo false; fi
  `,
  resources: { cpu: 1, memory: "3 GiB" },
});

export const collectDepthMetrics = script({
  name: "collect-depth-metrics",
  description: "Counts the reads over every base of the reference",
  input: { sample: z.string(), bam: file(".bam") },
  output: ({ sample }) => ({ depth: out.file(format`${sample}.depth.txt`) }),
  command: ({ bam }, o) => sh`samtools depth -a ${bam} > ${o.depth}`,
});
