import { format, out, script, sh, z } from "ligase";
import { ReadPair } from "../model.ts";

/** Illumina's TruSeq adapters, as they follow the first and the second read. */
const adapters = {
  reads1: "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA",
  reads2: "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT",
};

export const cutAdapters = script({
  name: "cut-adapters",
  description: "Cuts adapters off both mates and drops what is left too short",
  input: { sample: z.string(), reads: ReadPair },
  output: ({ sample }) => ({
    reads1: out.file(format`${sample}.cutadapt.1.fastq.gz`),
    reads2: out.file(format`${sample}.cutadapt.2.fastq.gz`),
    report: out.file(format`${sample}.cutadapt.json`),
  }),
  command: ({ reads }, o) => sh`
    cutadapt --quiet --cores "$LIGASE_CPUS" --minimum-length 20 \
      -a ${adapters.reads1} -A ${adapters.reads2} --json ${o.report} \
      -o ${o.reads1} -p ${o.reads2} ${reads.reads1} ${reads.reads2}
  `,
  resources: { cpu: 2, memory: "512 MiB" },
  tools: ["cutadapt"],
});
