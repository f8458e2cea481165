import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeUnrecorded } from "./leftover-folders.ts";

test("folders of attempts whose job has no row are removed, and nothing else", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ligase-leftover-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ["3-1", "22-1", "23-1", "23-2", "100-1", "downloads", "x23-1"])
    mkdirSync(join(folder, name, "inputs"), { recursive: true });
  removeUnrecorded(folder, 22);
  assert.deepEqual(readdirSync(folder).toSorted(), ["22-1", "3-1", "downloads", "x23-1"]);
  removeUnrecorded(join(folder, "no such run"), 0);
});
