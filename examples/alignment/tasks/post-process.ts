import { file, format, out, script, sh, workflow, z } from "ligase";
import { Aligner, Alignment, Placed } from "../model.ts";

export const sortAndMark = script({
  name: "sort-and-mark",
  description: "Sorts an alignment by position, marks the copies of one fragment, and indexes it",
  input: { placed: Placed },
  output: ({ placed }) => ({
    bam: out.file(format`${placed.sample}_${placed.aligner}.bam`),
    bai: out.file(format`${placed.sample}_${placed.aligner}.bam.bai`),
  }),
  // markdup compares the scores of mates, which fixmate adds, which wants mates side by side.
  command: ({ placed }, o) => sh`
    samtools collate -O -u ${placed.sam} collated \
      | samtools fixmate -m -u - - \
      | samtools sort -u -T sorting - \
      | samtools markdup --write-index - ${o.bam}##idx##${o.bai}
  `,
  resources: { cpu: 2, memory: "1 GiB" },
  tools: ["samtools"],
});

export const measure = script({
  name: "measure-alignment",
  description: "Counts reads, pairs, duplicates and mismatches, and the depth at every base",
  input: { sample: z.string(), aligner: Aligner, bam: file(".bam") },
  output: ({ sample, aligner }) => ({
    stats: out.file(format`${sample}_${aligner}.stats.txt`),
    flagstat: out.file(format`${sample}_${aligner}.flagstat.txt`),
    depth: out.file(format`${sample}_${aligner}.depth.tsv`),
  }),
  command: ({ bam }, o) => sh`
    samtools stats ${bam} > ${o.stats}
    samtools flagstat ${bam} > ${o.flagstat}
    samtools depth -a ${bam} > ${o.depth}
  `,
  tools: ["samtools"],
});

export const finishAlignment = workflow(
  { name: "finish-alignment", input: { placed: Placed }, output: Alignment },
  ({ placed }) => {
    const { sample, aligner, report } = placed;
    const { bam, bai } = sortAndMark({ placed });
    const { stats, flagstat, depth } = measure({ sample, aligner, bam });
    return { sample, aligner, report, bam, bai, stats, flagstat, depth };
  },
);
