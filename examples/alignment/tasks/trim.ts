import { format, out, script, sh } from "ligase";
import { Reads } from "../model.ts";

export const trim = script({
  name: "trim",
  description: "Cuts adapters off the reads and drops those of low quality",
  input: { reads: Reads },
  output: ({ reads }) => ({
    sample: out.value(reads.sample),
    r1: out.file(format`${reads.sample}_trimmed_R1.fastq.gz`),
    r2: out.file(format`${reads.sample}_trimmed_R2.fastq.gz`),
    // MultiQC knows a report of fastp by this end of its name.
    report: out.file(format`${reads.sample}.fastp.json`),
  }),
  command: ({ reads }, o) => sh`
    fastp --thread "$LIGASE_CPUS" --detect_adapter_for_pe \
      --in1 ${reads.r1} --in2 ${reads.r2} --out1 ${o.r1} --out2 ${o.r2} \
      --json ${o.report} --html fastp.html
  `,
  // Even for small files fastp takes one GiB for its buffers.
  resources: { cpu: 1, memory: "2 GiB" },
  tools: ["fastp"],
});
