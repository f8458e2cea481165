import { needs } from "../../../testkit/src/needs.ts";

/** The options of a suite that runs the pipeline: it is skipped where a tool is missing. */
export const neededTools: ReturnType<typeof needs> = needs(
  "bcftools",
  "bowtie2",
  "bowtie2-examples",
  "bwa",
  "fastp",
  "fastqc",
  "hisat2",
  "multiqc",
  "samtools",
);
