import { File, file, task, z } from "ligase";
import { makeData } from "../../alignment/make-data.ts";

export const prepareSamples = task(
  {
    name: "prepare-samples",
    description:
      "Makes example data: a reference, read files of two samples on two lanes each, and their manifest",
    input: { output: z.string().describe("Folder to make") },
    output: { manifest: file(".csv"), reference: file(".fa") },
  },
  async ({ output }) => {
    const { manifest, reference } = await makeData({ out: output });
    return { manifest: File.at(manifest), reference: File.at(reference) };
  },
);
