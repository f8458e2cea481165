import { File, file, task, z } from "ligase";
import { checkManifest } from "../manifest.ts";
import { Lane } from "../model.ts";

export const readManifest = task(
  {
    name: "read-manifest",
    description: "Reads the manifest and checks its columns, its rows and the files it names",
    input: { manifest: file(".csv") },
    output: z.array(Lane),
  },
  async ({ manifest }) => {
    const lanes = await checkManifest(manifest.path, await manifest.text());
    return lanes.map(({ sample, lane, fastq1, fastq2 }) => ({
      sample,
      lane,
      r1: File.at(fastq1),
      r2: File.at(fastq2),
    }));
  },
);
