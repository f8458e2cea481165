import { dir, format, out, script, sh } from "ligase";
import { Reads } from "../model.ts";

// Every aligner names its sample in a read group, which callers of variants need, and keeps the reads in their order,
// so that the result does not depend on the number of threads. MultiQC would cut ".bowtie2" off a sample's name and
// take the reports of two aligners for one sample: hence "_bowtie2".

const input = { reads: Reads, index: dir() };
const resources = { cpu: 2, memory: "2 GiB" } as const;

export const alignWithBowtie2 = script({
  name: "align-bowtie2",
  input,
  output: ({ reads }) => ({
    sample: out.value(reads.sample),
    aligner: out.value("bowtie2"),
    sam: out.file(format`${reads.sample}_bowtie2.sam`),
    report: out.file(format`${reads.sample}_bowtie2.txt`),
  }),
  command: ({ reads, index }, o) => sh`
    bowtie2 --threads "$LIGASE_CPUS" --reorder \
      --rg-id ${reads.sample} --rg SM:${reads.sample} --rg PL:ILLUMINA \
      -x ${index}/reference -1 ${reads.r1} -2 ${reads.r2} -S ${o.sam} 2> ${o.report} || { cat ${o.report} >&2; exit 1; }
  `,
  resources,
  tools: ["bowtie2"],
});

export const alignWithHisat2 = script({
  name: "align-hisat2",
  input,
  output: ({ reads }) => ({
    sample: out.value(reads.sample),
    aligner: out.value("hisat2"),
    sam: out.file(format`${reads.sample}_hisat2.sam`),
    report: out.file(format`${reads.sample}_hisat2.txt`),
  }),
  // HISAT2 writes the names of its temporary pipes into a @PG line, so that no two runs would give the same file.
  command: ({ reads, index }, o) => sh`
    hisat2 --threads "$LIGASE_CPUS" --reorder --no-spliced-alignment \
      --rg-id ${reads.sample} --rg SM:${reads.sample} --rg PL:ILLUMINA \
      --new-summary --summary-file ${o.report} \
      -x ${index}/reference -1 ${reads.r1} -2 ${reads.r2} | grep -v '^@PG' > ${o.sam}
  `,
  resources,
  tools: ["hisat2"],
});

export const alignWithBwa = script({
  name: "align-bwa",
  input,
  output: ({ reads }) => ({
    sample: out.value(reads.sample),
    aligner: out.value("bwa"),
    sam: out.file(format`${reads.sample}_bwa.sam`),
    report: out.value(null),
  }),
  // Without -K the size of a batch, and with it the pairing of reads, depends on the number of threads.
  command: ({ reads, index }, o) => sh`
    bwa mem -v 1 -t "$LIGASE_CPUS" -K 100000000 \
      -R '@RG\tID:'${reads.sample}'\tSM:'${reads.sample}'\tPL:ILLUMINA' \
      -o ${o.sam} ${index}/reference ${reads.r1} ${reads.r2}
  `,
  resources,
  tools: ["bwa"],
});
