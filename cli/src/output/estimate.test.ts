import assert from "node:assert/strict";
import { test } from "node:test";
import type { TaskCounts } from "@ligase/engine";
import { Estimate } from "./estimate.ts";

const counts = (given: Partial<TaskCounts>): TaskCounts => ({ task: "align", pending: 0, running: 0, waiting: 0, failed: 0, cached: 0, done: 0, total: 0, ...given });

function afterJobs(...durationsMs: readonly number[]): Estimate {
  const estimate = new Estimate();
  durationsMs.forEach((durationMs, index) => {
    estimate.note({ kind: "job-started", job: index, task: "align", folder: null }, 0);
    estimate.note({ kind: "job-ended", job: index, task: "align", status: "succeeded", error: null }, durationMs);
  });
  return estimate;
}

test("nothing is guessed before three jobs have finished", () => {
  assert.equal(afterJobs(1000, 1000).leftMs([counts({ pending: 5, running: 2 })]), null);
});

test("what is left is the known work at the mean of its task, shared by what runs", () => {
  // Four to begin and two half done, of one second each, two at a time.
  assert.equal(afterJobs(1000, 1000, 1000).leftMs([counts({ pending: 4, running: 2 })]), 2500);
});

test("a task of which nothing finished is taken for one like the others", () => {
  assert.equal(afterJobs(1000, 2000, 3000).leftMs([counts({ task: "sort", pending: 1, running: 1 })]), 3000);
});

test("cached jobs say nothing about time", () => {
  const estimate = new Estimate();
  for (let job = 0; job < 5; job++) estimate.note({ kind: "job-ended", job, task: "align", status: "cached", error: null }, 0);
  assert.equal(estimate.leftMs([counts({ pending: 4, running: 2 })]), null);
});
