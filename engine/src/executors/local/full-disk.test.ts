import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { needsSmallDisk, runOnSmallDisk } from "../../../../testkit/src/small-disk.ts";

const FIXTURE = fileURLToPath(new URL("./full-disk.fixture.ts", import.meta.url));

test(
  "a full disk is a failure of resources before and in a script, not after it, and the next script runs",
  needsSmallDisk(),
  (t) => {
    const full = ["resource", "script-disk-full"];
    assert.deepEqual(JSON.parse(runOnSmallDisk(t, FIXTURE).written), [full, null, full, null]);
  },
);
