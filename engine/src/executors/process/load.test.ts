import assert from "node:assert/strict";
import { test } from "node:test";
import { Load } from "./load.ts";

/** What 100 ms of one child tell, with so many jobs of that length in them. */
function usefulAfter(jobs: number, wallMs: number): number {
  const load = new Load();
  load.restart(1_000);
  for (let job = 0; job < jobs; job++) load.ended(wallMs);
  return load.usefulChildren(1, 1_100);
}

test("jobs that end faster than they are handed over need one child", () => {
  assert.equal(usefulAfter(2_000, 0.01), 1);
  assert.equal(usefulAfter(2_000, 0.04), 1, "even if they fill it");
});

test("jobs that keep a child busy need as many as can be handed over meanwhile", () => {
  assert.equal(usefulAfter(500, 0.19), 4);
  assert.ok(usefulAfter(10, 10) >= 100);
});

test("a child that mostly waits for jobs needs no help, however long the jobs are", () => {
  assert.equal(usefulAfter(2, 10), 1);
});

test("a moment tells nothing, and is remembered", () => {
  const load = new Load();
  load.restart(1_000);
  load.ended(10);
  assert.equal(load.usefulChildren(1, 1_010), 1);
  load.ended(10);
  assert.ok(load.usefulChildren(1, 1_020) > 1);
});
