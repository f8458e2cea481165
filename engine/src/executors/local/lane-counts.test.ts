import assert from "node:assert/strict";
import { test } from "node:test";
import { LaneCounts } from "./lane-counts.ts";

test("as many scripts may come ahead as ended lately, and none where scripts take long", () => {
  const counts = new LaneCounts();
  counts.added({ key: "a", places: 2 }, 2);
  assert.equal(counts.room(1_000), 0);
  for (let script = 0; script < 10; script++) counts.ended(1_010);
  assert.equal(counts.room(1_020), 10);
  assert.equal(counts.room(1_060), 10);
  assert.equal(counts.room(1_500), 0);
});

test("those that are here already count, over all lanes", () => {
  const counts = new LaneCounts();
  for (let script = 0; script < 10; script++) counts.ended(1_000);
  counts.added({ key: "a", places: 1 }, 4);
  counts.added({ key: "b", places: 3 }, 1);
  assert.equal(counts.ahead, 3);
  assert.equal(counts.room(1_000), 7);
  counts.removed("a");
  assert.equal(counts.ahead, 2);
  counts.added({ key: "a", places: 2 }, 0);
  assert.equal(counts.ahead, 1);
  for (let job = 0; job < 3; job++) counts.removed("a");
  assert.equal(counts.placesOf("a"), 0);
});
