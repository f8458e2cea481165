import { task, z } from "ligase";
import { QualityReport } from "../model.ts";
import { judgeQuality } from "../quality-verdict.ts";

export const checkQuality = task(
  {
    name: "check-quality",
    description: "Reads FastQC's verdicts on all files: warnings pass, failures do not",
    input: { reports: z.array(QualityReport) },
    output: { passed: z.boolean(), warnings: z.int(), message: z.string() },
  },
  async ({ reports }) => {
    const samples = reports.map(async ({ sample, summaries }) => ({
      sample,
      summaries: await Promise.all(summaries.map((summary) => summary.text())),
    }));
    return judgeQuality(await Promise.all(samples));
  },
);
