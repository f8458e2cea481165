import { type File, type Lazy, copyFile, map, workflow, z } from "ligase";
import { AlignedSample } from "../model.ts";

/** Copies what people want to have of a sample to a folder, and says where it is. */
export const deliverSample = workflow(
  { name: "deliver-sample", input: { aligned: AlignedSample, folder: z.string() } },
  ({ aligned, folder }) => {
    const deliver = (file: Lazy<File>) => copyFile(file, folder);
    const { sample, alignments, variants } = aligned;
    return {
      sample,
      alignments: map(alignments, ({ aligner, bam, bai, stats, flagstat, depth }) => ({
        aligner,
        bam: deliver(bam),
        bai: deliver(bai),
        stats: deliver(stats),
        flagstat: deliver(flagstat),
        depth: deliver(depth),
      })),
      variants: { vcf: deliver(variants.vcf), index: deliver(variants.index) },
    };
  },
);
