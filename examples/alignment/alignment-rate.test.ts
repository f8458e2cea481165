import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parseBowtie2, parseFlagstat, parseHisat2 } from "./alignment-rate.ts";

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url), "utf8");

test("the rate of Bowtie 2 is read from its summary", async () => {
  assert.deepEqual(parseBowtie2(await fixture("bowtie2.txt")), { pairs: 9659, percentAligned: 100 });
});

test("the rate of HISAT2 is read from its new summary", async () => {
  assert.deepEqual(parseHisat2(await fixture("hisat2.txt")), { pairs: 9659, percentAligned: 98.8 });
});

test("the rate of BWA is read from flagstat, primary alignments only", async () => {
  assert.deepEqual(parseFlagstat(await fixture("flagstat.txt")), { pairs: 9659, percentAligned: 100 });
});

test("the report of another tool is refused", async () => {
  const other = await fixture("hisat2.txt");
  assert.throws(() => parseBowtie2(other), /not a report of Bowtie 2/);
  assert.throws(() => parseFlagstat(other), /not a report of samtools flagstat/);
});
