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

/** The rates for a bar plot: a colour per aligner, a place per sample. */
export function rateSeries(rows: readonly ComparisonRow[]): readonly RateSeries[] {
  const byAligner = Map.groupBy(rows, ({ aligner }) => aligner);
  return Array.from(byAligner, ([name, placed]) => ({
    name,
    points: placed.map(({ sample, percentAligned }) => [sample, percentAligned] as const),
  }));
}
