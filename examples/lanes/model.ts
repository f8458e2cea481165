import { dir, file, z } from "ligase";

/** The reference with everything the tools want beside it: `reference.fa`, its indexes and its dictionary. */
export const Genome = dir();

/** A pair of read files. */
export const ReadPair = z.object({ reads1: file(".fastq.gz"), reads2: file(".fastq.gz") });

/** A sorted alignment and its index. */
export const Alignment = z.object({ bam: file(".bam"), bai: file(".bai") });
