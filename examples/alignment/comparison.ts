import { toCsv } from "./csv.ts";
import type { ComparisonRow } from "./model.ts";

/** The bars of one aligner: a sample and its rate each. */
export interface RateSeries {
  readonly name: string;
  readonly points: readonly (readonly [sample: string, percentAligned: number])[];
}

const columns = [
  "sample",
  "aligner",
  "reads",
  "percentAligned",
  "percentProperlyPaired",
  "percentDuplicates",
  "errorRate",
  "meanInsertSize",
  "meanDepth",
] as const satisfies readonly (keyof ComparisonRow)[];

/** The table as CSV, a row per sample and aligner. */
export function comparisonCsv(rows: readonly ComparisonRow[]): string {
  return toCsv(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}

/** The table for a terminal: names to the left, figures to the right. */
export function comparisonText(rows: readonly ComparisonRow[]): string {
  const header = ["sample", "aligner", "reads", "aligned", "paired", "duplicates", "errors", "depth"];
  const cells = rows.map((row) => [
    row.sample,
    row.aligner,
    row.reads.toLocaleString("en"),
    `${row.percentAligned.toFixed(2)} %`,
    `${row.percentProperlyPaired.toFixed(1)} %`,
    `${row.percentDuplicates.toFixed(2)} %`,
    `${(100 * row.errorRate).toFixed(2)} %`,
    row.meanDepth.toFixed(1),
  ]);
  const lines = [header, ...cells];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(padded).join("  ")).join("\n");
}

/** The rates for a bar plot: a colour per aligner, a place per sample. */
export function rateSeries(rows: readonly ComparisonRow[]): readonly RateSeries[] {
  const byAligner = Map.groupBy(rows, ({ aligner }) => aligner);
  return Array.from(byAligner, ([name, placed]) => ({
    name,
    points: placed.map(({ sample, percentAligned }) => [sample, percentAligned] as const),
  }));
}
