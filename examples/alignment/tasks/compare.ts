import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { file, task, z } from "ligase";
import { parseBowtie2, parseFlagstat, parseHisat2 } from "../alignment-rate.ts";
import { comparisonCsv, rateSeries } from "../comparison.ts";
import { Alignment, ComparisonRow } from "../model.ts";
import { parseStats } from "../samtools-stats.ts";

export const compare = task(
  {
    name: "compare",
    description: "Sets the aligners side by side: how much of each sample they placed, and how well",
    input: { alignments: z.array(Alignment), reference: file() },
    output: { rows: z.array(ComparisonRow), json: file(".json"), csv: file(".csv") },
  },
  async ({ alignments, reference }, ctx) => {
    const referenceBases = countBases(await reference.text());
    const rows = await Promise.all(alignments.map((alignment) => compareOne(alignment, referenceBases)));
    await writeFile(join(ctx.folder, "comparison.json"), `${JSON.stringify(rows, null, 2)}\n`);
    await writeFile(join(ctx.folder, "comparison.csv"), comparisonCsv(rows));
    ctx
      .deck("comparison")
      .markdown("# Comparison of aligners")
      .plot({ kind: "bar", title: "Reads aligned", y: "percent", series: rateSeries(rows) })
      .table(rows);
    return { rows, json: ctx.file("comparison.json"), csv: ctx.file("comparison.csv") };
  },
);

async function compareOne(alignment: Alignment, referenceBases: number): Promise<ComparisonRow> {
  const { sample, aligner } = alignment;
  const percentAligned = await percentAlignedOf(alignment);
  return { sample, aligner, percentAligned, ...parseStats(await alignment.stats.text(), referenceBases) };
}

/** By the aligner's own report where there is one, for that is the figure people know. */
async function percentAlignedOf({ aligner, report, flagstat }: Alignment): Promise<number> {
  if (report === null) return parseFlagstat(await flagstat.text()).percentAligned;
  const parse = aligner === "hisat2" ? parseHisat2 : parseBowtie2;
  return parse(await report.text()).percentAligned;
}

function countBases(fasta: string): number {
  return fasta.replaceAll(/^>.*$/gm, "").replaceAll(/\s/g, "").length;
}
