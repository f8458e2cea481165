import { dir, file, z } from "ligase";

/** One row of the manifest: a pair of read files from one lane of the sequencer. */
export const Lane = z.object({
  sample: z.string(),
  lane: z.string(),
  r1: file(".fastq.gz", ".fq.gz"),
  r2: file(".fastq.gz", ".fq.gz"),
});

/** All paired reads of a sample. */
export const Reads = z.object({
  sample: z.string(),
  r1: file(".fastq.gz"),
  r2: file(".fastq.gz"),
});

/** The reference, prepared for each aligner. */
export const Indexes = z.object({ bowtie2: dir(), hisat2: dir(), bwa: dir() });

/** The aligners that are compared. */
export const Aligner = z.enum(["bowtie2", "hisat2", "bwa"]);

/** Reads of a sample as an aligner placed them, and the aligner's own report where it writes one. */
export const Placed = z.object({
  sample: z.string(),
  aligner: Aligner,
  sam: file(".sam"),
  report: file(".txt").nullable(),
});

/** A sorted, indexed alignment with its duplicates marked. */
export const Alignment = z.object({
  sample: z.string(),
  aligner: Aligner,
  bam: file(".bam"),
  bai: file(".bai"),
  report: file(".txt").nullable(),
  stats: file(".txt"),
  flagstat: file(".txt"),
  depth: file(".tsv"),
});
export type Alignment = z.infer<typeof Alignment>;

/** One sample after alignment: by each aligner, and where it differs from the reference. */
export const AlignedSample = z.object({
  sample: z.string(),
  alignments: z.array(Alignment),
  variants: z.object({ vcf: file(".vcf.gz"), index: file(".tbi") }),
});

/** What the quality check of a sample wrote. */
export const QualityReport = z.object({
  sample: z.string(),
  archives: z.array(file(".zip")),
  summaries: z.array(file(".txt")),
});

/** One sample as one aligner placed it, in figures. */
export const ComparisonRow = z.object({
  sample: z.string(),
  aligner: Aligner,
  percentAligned: z.number(),
  reads: z.int(),
  percentProperlyPaired: z.number(),
  percentDuplicates: z.number(),
  errorRate: z.number().describe("Mismatches per aligned base"),
  meanInsertSize: z.number(),
  meanDepth: z.number(),
});
export type ComparisonRow = z.infer<typeof ComparisonRow>;
