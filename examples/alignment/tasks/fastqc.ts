import { out, script, sh } from "ligase";
import { Reads } from "../model.ts";

export const fastqc = script({
  name: "fastqc",
  description: "Checks the quality of a sample's raw reads",
  input: { reads: Reads },
  output: ({ reads }) => ({
    sample: out.value(reads.sample),
    archives: out.files("*_fastqc.zip"),
    summaries: out.files("*_fastqc/summary.txt"),
  }),
  command: ({ reads }) => sh`
    fastqc --quiet --extract --threads "$LIGASE_CPUS" --outdir . ${reads.r1} ${reads.r2}
  `,
  resources: { cpu: 2, memory: "1 GiB" },
  retries: 3,
  tools: ["fastqc"],
});
