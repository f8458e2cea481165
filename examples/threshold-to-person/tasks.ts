import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { file, task, z } from "ligase";
import { Call, Score, Variant } from "./model.ts";
import { scoreReads } from "./score.ts";

export const scoreVariant = task(
  {
    name: "score-variant",
    description: "The likeliest genotype of a variant, and how sure that is",
    input: { variant: Variant },
    output: Score,
    light: true,
  },
  ({ variant }) => scoreReads(variant),
);

export const writeReport = task(
  {
    name: "write-report",
    description: "Lists who decided what",
    input: { calls: z.array(Call), problems: z.array(z.string()) },
    output: file(".tsv"),
  },
  async ({ calls, problems }, ctx) => {
    const columns = Call.keyof().options;
    const lines = calls.map((call) => columns.map((column) => call[column] ?? "").join("\t"));
    await writeFile(join(ctx.folder, "calls.tsv"), [columns.join("\t"), ...lines, ""].join("\n"));
    const deciders = Map.groupBy(calls, ({ decidedBy, person }) => person ?? decidedBy);
    ctx
      .deck("calls")
      .markdown(`# ${calls.length} variants`)
      .plot({
        kind: "bar",
        title: "Who decided",
        y: "variants",
        series: [{ points: Array.from(deciders, ([name, own]) => [name, own.length]) }],
      })
      .table(calls, columns)
      .markdown(problems.map((problem) => `- ${problem}`).join("\n"));
    return ctx.file("calls.tsv");
  },
);
