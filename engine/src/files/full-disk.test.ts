import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { needsSmallDisk, runOnSmallDisk } from "../../../testkit/src/small-disk.ts";

const FIXTURE = fileURLToPath(new URL("./full-disk.fixture.ts", import.meta.url));

test(
  "a full disk is an error that names the path, and leaves what was there and nothing else",
  needsSmallDisk(),
  (t) => {
    const { small, written } = runOnSmallDisk(t, FIXTURE);
    const result = JSON.parse(written) as Result;

    const paths = Object.values(result.endings).map((ending) => {
      assert.equal(typeof ending === "object" && ending.code, "disk-full", JSON.stringify(result.endings));
      return typeof ending === "object" ? ending.params.path : "";
    });
    for (const path of paths) assert.ok(path.startsWith(small), path);
    assert.deepEqual(result.after, result.before);
    assert.deepEqual(result.originals, [true, true, true, true]);
  },
);

interface Result {
  readonly endings: Readonly<
    Record<string, string | { readonly code: string; readonly params: { readonly path: string } }>
  >;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Whether what could not be adopted is where it was. */
  readonly originals: readonly boolean[];
}
