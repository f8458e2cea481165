import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { comparisonCsv, comparisonText, rateSeries } from "./comparison.ts";
import type { ComparisonRow } from "./model.ts";
import { parseStats } from "./samtools-stats.ts";

const stats = await readFile(new URL("fixtures/stats.txt", import.meta.url), "utf8");
const figures = parseStats(stats, 48_502);
const rows: readonly ComparisonRow[] = [
  { sample: "a", aligner: "bowtie2", percentAligned: 100, ...figures },
  { sample: "a", aligner: "hisat2", percentAligned: 98.8, ...figures },
  { sample: "b", aligner: "bowtie2", percentAligned: 99.5, ...figures },
];

test("the figures of samtools stats are read, depth is over the whole reference", () => {
  assert.deepEqual(figures, {
    reads: 19318,
    percentProperlyPaired: 97.6,
    percentDuplicates: 4.14,
    errorRate: 0.002219845,
    meanInsertSize: 292.4,
    meanDepth: 39,
  });
});

test("text that samtools stats did not write is refused", () => {
  assert.throws(() => parseStats("nothing", 1), /no line "raw total sequences"/);
});

test("the CSV has a row per sample and aligner", () => {
  const [header, first, second, third, end] = comparisonCsv(rows).split("\n");
  assert.equal(header?.split(",").slice(0, 4).join(","), "sample,aligner,reads,percentAligned");
  assert.equal(first?.split(",").slice(0, 4).join(","), "a,bowtie2,19318,100");
  assert.equal(second?.split(",").slice(0, 4).join(","), "a,hisat2,19318,98.8");
  assert.equal(third?.split(",").slice(0, 4).join(","), "b,bowtie2,19318,99.5");
  assert.equal(end, "");
});

test("in the terminal, names stand to the left and figures to the right", () => {
  assert.deepEqual(comparisonText(rows.slice(0, 2)).split("\n"), [
    "sample  aligner   reads   aligned  paired  duplicates  errors  depth",
    "a       bowtie2  19,318  100.00 %  97.6 %      4.14 %  0.22 %   39.0",
    "a       hisat2   19,318   98.80 %  97.6 %      4.14 %  0.22 %   39.0",
  ]);
});

test("the plot has a series per aligner, a sample that one of them lacks is left out", () => {
  assert.deepEqual(rateSeries(rows), [
    {
      name: "bowtie2",
      points: [
        ["a", 100],
        ["b", 99.5],
      ],
    },
    { name: "hisat2", points: [["a", 98.8]] },
  ]);
});
