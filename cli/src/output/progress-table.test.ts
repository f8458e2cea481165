import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TaskCounts } from "@ligase/engine";
import { paletteFor } from "./palette.ts";
import { progressTable } from "./progress-table.ts";
import { visibleWidth } from "./visible-text.ts";

const palette = paletteFor(false, {});
const none = { pending: 0, running: 0, waiting: 0, failed: 0, cached: 0, done: 0, total: 0 };
const counts = (task: string, given: Partial<TaskCounts>): TaskCounts => ({ ...none, task, ...given });

const tasks = [
  counts("merge-fastq", { cached: 4, done: 2, total: 6 }),
  counts("run-bwa", { pending: 3, running: 2, done: 1, total: 6 }),
  counts("mark-duplicates", { failed: 1, total: 1 }),
];

test("a row per task and a last one for all of them", () => {
  assert.deepEqual(progressTable({ tasks }, { width: 100, palette }), [
    "task             pending  running  waiting  failed  cached  done  total",
    "merge-fastq            ·        ·        ·       ·       4     2      6  ━━━━━━━━━━━━━━━━━━━━━━━━",
    "run-bwa                3        2        ·       ·       ·     1      6  ━━━━╍╍╍╍╍╍╍╍············",
    "mark-duplicates        ·        ·        ·       1       ·     ·      1  ━━━━━━━━━━━━━━━━━━━━━━━━",
    "ALL                    3        2        ·       1       4     3     13  ━━━━━━━━━━━━━━╍╍╍╍······",
  ]);
});

test("where there is little room titles are short, then the bar goes, then names are cut", () => {
  const [header = "", first = ""] = progressTable({ tasks }, { width: 76, palette });
  assert.match(header, /^task +pend  run  wait  fail  cache  done  total$/);
  assert.match(first, /━$/);
  assert.doesNotMatch(progressTable({ tasks }, { width: 64, palette })[1] ?? "", /━/);
  assert.match(progressTable({ tasks }, { width: 56, palette })[3] ?? "", /^mark-duplica…/);
});

test("on a very narrow terminal columns in which nothing stands go before the counts do", () => {
  const running = [counts("run-bwa", { running: 2, done: 1, total: 3 })];
  assert.deepEqual(progressTable({ tasks: running }, { width: 44, palette }), [
    "task          run  done  total",
    "run-bwa         2     1      3  ━━━━╍╍╍╍╍╍╍╍",
    "ALL             2     1      3  ━━━━╍╍╍╍╍╍╍╍",
  ]);
});

test("where rows are few, what runs or failed is kept and the rest is counted", () => {
  const many = [...tasks, counts("later", { pending: 1, total: 1 }), counts("over", { done: 1, total: 1 })];
  const lines = progressTable({ tasks: many }, { width: 100, maxRows: 3, palette });
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(/ {2,}/)[0]),
    ["run-bwa", "mark-duplicates", "… and 3 more tasks", "ALL"],
  );
});

test("no row is wider than the terminal, whatever the counts", () => {
  const count = fc.nat({ max: 2_000_000 });
  const task = fc.record({
    task: fc.stringMatching(/^[a-z][a-z-]{0,60}$/),
    pending: count,
    running: count,
    waiting: count,
    failed: count,
    cached: count,
    done: count,
  });
  const withTotal = task.map((row): TaskCounts => ({
    ...row,
    total: row.pending + row.running + row.waiting + row.failed + row.cached + row.done,
  }));
  fc.assert(
    fc.property(fc.array(withTotal, { maxLength: 20 }), fc.integer({ min: 76, max: 200 }), (rows, width) => {
      for (const line of progressTable({ tasks: rows }, { width, palette }))
        assert.ok(visibleWidth(line) <= width, line);
    }),
  );
});
