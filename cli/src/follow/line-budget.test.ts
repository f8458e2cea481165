import assert from "node:assert/strict";
import { test } from "node:test";
import { LineBudget } from "./line-budget.ts";

test("two hundred lines a second may be printed, then one summary when the second is over", () => {
  const budget = new LineBudget(0);
  const printed = Array.from({ length: 1_000 }, () => budget.spend(500)).filter(Boolean).length;
  assert.equal(printed, 200);
  assert.equal(budget.isSummaryDue(900), false);
  assert.equal(budget.isSummaryDue(1_000), true);
  assert.equal(budget.isSummaryDue(1_000), false);
  assert.equal(budget.spend(1_100), true);
});

test("few lines are never summed up", () => {
  const budget = new LineBudget(0);
  for (let line = 0; line < 100; line++) assert.equal(budget.spend(line * 20), true);
  assert.equal(budget.isSummaryDue(10_000), false);
});
