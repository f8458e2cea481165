import assert from "node:assert/strict";
import { test } from "node:test";
import type { TaskCounts } from "@ligase/engine";
import { Estimate } from "./estimate.ts";

const counts = (given: Partial<TaskCounts>): TaskCounts => ({
  task: "align",
  pending: 0,
  running: 0,
  waiting: 0,
  failed: 0,
  cached: 0,
  done: 0,
  total: 0,
  ...given,
});

/** Jobs of `align` that took so long, then others that began at 0 and still run. */
function estimateOf(durationsMs: readonly number[], running: readonly string[]): Estimate {
  const estimate = new Estimate();
  durationsMs.forEach((durationMs, job) => {
    estimate.note({ kind: "job-started", job, task: "align", folder: null }, 0);
    estimate.note({ kind: "job-ended", job, task: "align", status: "succeeded", error: null }, durationMs);
  });
  running.forEach((task, index) =>
    estimate.note({ kind: "job-started", job: 100 + index, task, folder: null }, 0),
  );
  return estimate;
}

test("nothing is guessed before three jobs have finished, or while none runs", () => {
  assert.equal(estimateOf([1000, 1000], ["align"]).leftMs([counts({ pending: 5 })], 0), null);
  assert.equal(estimateOf([1000, 1000, 1000], []).leftMs([counts({ pending: 5 })], 0), null);
});

test("what is left is the known work at the mean of its task, shared by what runs", () => {
  // Four to begin and two half done, of one second each, two at a time.
  assert.equal(
    estimateOf([1000, 1000, 1000], ["align", "align"]).leftMs([counts({ pending: 4 })], 500),
    2500,
  );
});

test("a task of which nothing finished is taken for one like the others", () => {
  assert.equal(
    estimateOf([1000, 2000, 3000], ["sort"]).leftMs([counts({ task: "sort", pending: 1 })], 0),
    4000,
  );
});

test("workflows, which no executor works on, take no part", () => {
  assert.equal(
    estimateOf([1000, 1000, 1000], ["align"]).leftMs([counts({}), counts({ task: "flow", running: 7 })], 0),
    1000,
  );
});

test("cached jobs say nothing about time", () => {
  const estimate = estimateOf([], ["align"]);
  for (let job = 0; job < 5; job++)
    estimate.note({ kind: "job-ended", job, task: "align", status: "cached", error: null }, 0);
  assert.equal(estimate.leftMs([counts({ pending: 4 })], 0), null);
});
