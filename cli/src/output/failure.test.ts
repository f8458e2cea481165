import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobError } from "@ligase/sdk/internal";
import { failureLines, failureSummary } from "./failure.ts";
import { paletteFor } from "./palette.ts";

const palette = paletteFor(false, {});
const script: JobError = {
  kind: "user",
  name: "LigaseError",
  code: "script-failed",
  message: "The script failed.\nmore",
  task: "align",
  details: {
    command: "\n    bwa mem ref.fa reads.fq |\n      samtools sort -o out.bam\n",
    exitCode: 1,
    exitSignal: null,
    stderrTail: "loading\nfail to locate the index files\n",
    folder: "/work dir/7-1",
  },
};

test("a failing script shows its command, exit code, end of stderr, folder, and how to repeat it", () => {
  assert.deepEqual(failureLines({ job: 7, error: script }, palette), [
    "✗ align #7 failed with exit code 1",
    "  command  bwa mem ref.fa reads.fq |",
    "             samtools sort -o out.bam",
    "  stderr   loading",
    "           fail to locate the index files",
    "  folder   /work dir/7-1",
    "  by hand  cd '/work dir/7-1' && bash .ligase/run.sh",
    "  docs/errors.md#script-failed",
  ]);
});

test("only the last lines of a long stderr are shown", () => {
  const stderrTail = Array.from({ length: 100 }, (_, line) => `line ${line}`).join("\n");
  const lines = failureLines(
    { job: 7, error: { ...script, details: { ...script.details, stderrTail } } },
    palette,
  );
  assert.equal(lines.filter((line) => line.includes("line ")).length, 15);
  assert.ok(lines.some((line) => line.endsWith("line 99")));
});

test("a failing function shows its error and the user's own frames", () => {
  const stack =
    "TypeError: no read\n    at trim (file:///project/flow.ts:4:9)\n    at run (file:///x/sdk/src/runner/run-job.ts:9:1)\n    at emit (node:events:1:1)";
  const error: JobError = { kind: "user", name: "TypeError", message: "no read", stack, task: "trim" };
  assert.deepEqual(failureLines({ job: 2, error }, palette), [
    "✗ trim #2 failed: TypeError: no read",
    "  at trim (/project/flow.ts:4:9)",
  ]);
});

test("an error of Ligase shows its remedy instead of a stack", () => {
  const error: JobError = {
    kind: "misuse",
    name: "LigaseError",
    code: "output-missing",
    message: "No out.bam.",
    remedy: "Correct the path.",
    stack: "    at x (/project/a.ts:1:1)",
    task: "sort",
  };
  assert.deepEqual(failureLines({ job: null, error }, palette), [
    "✗ sort failed: No out.bam.",
    "  Correct the path.",
    "  docs/errors.md#output-missing",
  ]);
});

test("a rejection says who and why, and nothing of failing", () => {
  assert.equal(
    failureSummary({ kind: "rejected", name: "Rejected", message: 'ada rejected "qc": contaminated' }),
    'ada rejected "qc": contaminated',
  );
  const rejection: JobError = {
    kind: "rejected",
    name: "Rejected",
    message: 'ada rejected "qc": contaminated',
  };
  assert.deepEqual(failureLines({ job: null, error: rejection }, palette), [
    '✗ ada rejected "qc": contaminated',
  ]);
  assert.deepEqual(failureLines({ job: 3, error: { ...rejection, task: "checked" } }, palette), [
    '✗ ada rejected "qc": contaminated (checked #3)',
  ]);
});
