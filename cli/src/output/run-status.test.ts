import assert from "node:assert/strict";
import { test } from "node:test";
import { paletteFor } from "./palette.ts";
import { shortId, type RunState } from "./run-names.ts";
import { statusText } from "./run-status.ts";

const palette = paletteFor(false, {});
const MINUTE = 60_000;
const run: RunState = {
  id: "01998c2f-4a3b-7000-8000-000000000001",
  status: "running",
  createdAt: 0,
  heartbeatAt: 10 * MINUTE,
};

test("a running run whose process gives no sign of life says so, and what to do", () => {
  assert.equal(
    statusText(run, 15 * MINUTE, palette),
    "running, no sign of life for 5m 00s: ligase resume 01998c2f-4a3b",
  );
  assert.equal(statusText(run, 10 * MINUTE + 20_000, palette), "running");
});

test("a run that waits or is over needs no process", () => {
  assert.equal(statusText({ ...run, status: "waiting" }, 600 * MINUTE, palette), "waiting");
  assert.equal(statusText({ ...run, status: "failed" }, 600 * MINUTE, palette), "failed");
});

test("the beginning of an id that people type holds its whole time stamp", () => {
  assert.equal(shortId(run.id), "01998c2f-4a3b");
});
