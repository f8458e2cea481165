import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FIXTURE = fileURLToPath(new URL("./read-only.fixture.ts", import.meta.url));
const NOBODY = 65_534;

test("read-only folders are errors where something is to be written, and no obstacle where something is taken", (t) => {
  const top = mkdtempSync(join(tmpdir(), "ligase-read-only-"));
  t.after(() => rmSync(top, { recursive: true }));
  chmodSync(top, 0o777);
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const written = execFileSync(process.execPath, [FIXTURE, top], { encoding: "utf8", ...user });
  assert.deepEqual(JSON.parse(written), {
    leftovers: [],
    published: ["folder", "folder/deep", "folder/deep/x", "folder/other"],
    taken: ["x", "x"],
    refusals: Array.from({ length: 5 }, () => "file-not-writable"),
    isAsBefore: true,
    isOriginalThere: true,
  });
});
