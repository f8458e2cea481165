import { file, format, out, script, sh, z } from "ligase";
import { picard, picardTools } from "./picard.ts";

export const markDuplicates = script({
  name: "mark-duplicates",
  description: "Marks reads that are copies of one fragment",
  input: { sample: z.string(), bam: file(".bam") },
  output: ({ sample }) => ({
    bam: out.file(format`${sample}.markdup.bam`),
    bai: out.file(format`${sample}.markdup.bai`),
    metrics: out.file(format`${sample}.markdup.metrics.txt`),
  }),
  command: ({ bam }, o) => sh`
    ${picard} MarkDuplicates -INPUT ${bam} -OUTPUT ${o.bam} -METRICS_FILE ${o.metrics} -CREATE_INDEX true
  `,
  resources: { cpu: 1, memory: "3 GiB" },
  tools: picardTools,
});
