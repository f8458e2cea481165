import { file, format, out, script, sh, z } from "ligase";

export const mergeLanes = script({
  name: "merge-lanes",
  description: "Joins the lanes of a sample: gzip files that follow each other are one gzip file",
  input: { sample: z.string(), r1: z.array(file()), r2: z.array(file()) },
  // FastQC, fastp and MultiQC name what they report after the file they read.
  output: ({ sample }) => ({
    sample: out.value(sample),
    r1: out.file(format`${sample}_R1.fastq.gz`),
    r2: out.file(format`${sample}_R2.fastq.gz`),
  }),
  command: ({ r1, r2 }, o) => sh`
    cat ${r1} > ${o.r1}
    cat ${r2} > ${o.r2}
  `,
});
