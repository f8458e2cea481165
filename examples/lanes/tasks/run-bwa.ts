import { format, out, script, sh, z } from "ligase";
import { Genome, ReadPair } from "../model.ts";
import { picard, picardTools } from "./picard.ts";

export const runBwa = script({
  name: "run-bwa",
  description: "Aligns reads to the reference, sorts them, and sets the tags that later steps want",
  input: { sample: z.string(), reads: ReadPair, genome: Genome, platform: z.string().default("illumina") },
  output: ({ sample }) => ({ bam: out.file(format`${sample}.aln.sorted.settag.bam`) }),
  command: ({ sample, reads, genome, platform }, o) => sh`
    bwa mem -v 1 -t "$LIGASE_CPUS" -K 100000000 \
        -R '@RG\tID:'${sample}'\tSM:'${sample}'\tLB:'${sample}'\tPL:'${platform} \
        ${genome}/reference.fa ${reads.reads1} ${reads.reads2} \
      | ${picard} SortSam -INPUT /dev/stdin -OUTPUT /dev/stdout -SORT_ORDER coordinate -COMPRESSION_LEVEL 0 \
      | ${picard} SetNmMdAndUqTags -INPUT /dev/stdin -OUTPUT ${o.bam} -REFERENCE_SEQUENCE ${genome}/reference.fa
  `,
  resources: { cpu: 2, memory: "3 GiB" },
  tools: ["bwa", ...picardTools],
});
