import assert from "node:assert/strict";
import { test } from "node:test";
import { ageText, spanText } from "./human-time.ts";

test("a span has two units at most, and never sixty of one", () => {
  const spans = [0, 45, 432, 9_949, 9_960, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999, 90_000_000];
  assert.deepEqual(spans.map(spanText), [
    "0ms",
    "45ms",
    "0.4s",
    "9.9s",
    "9s",
    "59s",
    "1m 00s",
    "59m 59s",
    "1h 00m",
    "23h 59m",
    "1d 1h",
  ]);
});

test("an age is said in words", () => {
  assert.deepEqual([2_000, 40_000, 300_000, 7_200_000, 260_000_000].map(ageText), [
    "just now",
    "40 s ago",
    "5 min ago",
    "2 h ago",
    "3 days ago",
  ]);
});
