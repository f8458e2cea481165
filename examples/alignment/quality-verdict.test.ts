import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { judgeQuality, parseSummary } from "./quality-verdict.ts";

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url), "utf8");

test("a summary has one result per module", async () => {
  const results = parseSummary(await fixture("fastqc-warning.txt"));
  assert.equal(results.length, 11);
  assert.deepEqual(
    results.filter(({ status }) => status !== "PASS"),
    [{ status: "WARN", module: "Per sequence GC content", file: "sample-b_R2.fastq.gz" }],
  );
});

test("warnings do not fail a run", async () => {
  const verdict = judgeQuality([{ sample: "sample-b", summaries: [await fixture("fastqc-warning.txt")] }]);
  assert.equal(verdict.passed, true);
  assert.equal(verdict.warnings, 1);
});

test("a failure names sample, file and module, whatever the others say", async () => {
  const verdict = judgeQuality([
    { sample: "sample-c", summaries: [await fixture("fastqc-failing.txt")] },
    { sample: "sample-b", summaries: [await fixture("fastqc-warning.txt")] },
  ]);
  assert.equal(verdict.passed, false);
  assert.match(verdict.message, /failed 2 checks/);
  assert.match(verdict.message, /sample-c, sample-c_R1\.fastq\.gz: Per base sequence quality/);
  assert.match(verdict.message, /sample-c, sample-c_R1\.fastq\.gz: Per sequence quality scores/);
});

test("text that is no summary is an error, not a pass", () => {
  assert.throws(() => parseSummary("not a summary"), /not a line of a FastQC summary/);
});
