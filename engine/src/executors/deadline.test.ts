import assert from "node:assert/strict";
import { test } from "node:test";
import { afterMs } from "./deadline.ts";

/** What the host's timers count to, 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

test("a time longer than the host's timers count is waited for", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const called: string[] = [];
  afterMs(2 * LONGEST_MS + 1_000, () => called.push("long"));
  const stop = afterMs(2 * LONGEST_MS, () => called.push("stopped"));
  t.mock.timers.tick(LONGEST_MS);
  stop();
  t.mock.timers.tick(LONGEST_MS);
  t.mock.timers.tick(999);
  assert.deepEqual(called, []);
  t.mock.timers.tick(1);
  assert.deepEqual(called, ["long"]);
});
