import { file, format, out, script, sh, z } from "ligase";

export const mergeFastq = script({
  name: "merge-fastq",
  description: "Joins the read files of a sample's lanes, per mate",
  input: { sample: z.string(), reads1: z.array(file()), reads2: z.array(file()) },
  output: ({ sample }) => ({
    reads1: out.file(format`${sample}.1.fastq.gz`),
    reads2: out.file(format`${sample}.2.fastq.gz`),
  }),
  command: ({ reads1, reads2 }, o) => sh`
    cat ${reads1} > ${o.reads1}
    cat ${reads2} > ${o.reads2}
  `,
});
