import { file, format, out, script, sh, z } from "ligase";
import { Genome } from "../model.ts";
import { picard, picardTools } from "./picard.ts";

export const collectAlignMetrics = script({
  name: "collect-align-metrics",
  description:
    "Measures how the reads were placed, and the sizes of the fragments if they were read from both ends",
  input: { sample: z.string(), bam: file(".bam"), genome: Genome },
  output: ({ sample }) => ({
    alignMetrics: out.file(format`${sample}.alignment_metrics.txt`),
    hasInsertMetrics: out.json(z.boolean()),
    // The figures and their histogram; none for reads without mates.
    insertMetrics: out.files(format`${sample}.insert_*`),
  }),
  // Picard refuses to start without R, which draws the histogram only: a stand-in lets it give the figures at least.
  command: ({ sample, bam, genome }, o) => sh`
    ${picard} CollectAlignmentSummaryMetrics -INPUT ${bam} -OUTPUT ${o.alignMetrics} \
      -REFERENCE_SEQUENCE ${genome}/reference.fa
    if ! command -v Rscript > /dev/null; then
      mkdir stand-in
      ln -s "$(type -P true)" stand-in/Rscript
      PATH="$PWD/stand-in:$PATH"
    fi
    ${picard} CollectInsertSizeMetrics -INPUT ${bam} \
      -OUTPUT ${sample}.insert_metrics.txt -Histogram_FILE ${sample}.insert_size_histogram.pdf
    if [ -s ${sample}.insert_metrics.txt ]; then echo true; else echo false; fi
  `,
  resources: { cpu: 1, memory: "3 GiB" },
  tools: picardTools,
});

export const collectDepthMetrics = script({
  name: "collect-depth-metrics",
  description: "Counts the reads over every base of the reference",
  input: { sample: z.string(), bam: file(".bam") },
  output: ({ sample }) => ({ depth: out.file(format`${sample}.depth.txt`) }),
  command: ({ bam }, o) => sh`samtools depth -a ${bam} > ${o.depth}`,
  tools: ["samtools"],
});
