import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FIXTURE = fileURLToPath(new URL("./full-disk.fixture.ts", import.meta.url));
/** The mount is seen by the child alone and goes with it, however it ends. */
const IN_SMALL_DISK = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"';

test(
  "a full disk is an error that names the path, and leaves what was there and nothing else",
  mountable(),
  (t) => {
    const top = mkdtempSync(join(tmpdir(), "ligase-full-"));
    t.after(() => rmSync(top, { recursive: true }));
    const [small, large] = [join(top, "small"), join(top, "large")];
    for (const folder of [small, large]) mkdirSync(folder);

    const child = ["sh", "-c", IN_SMALL_DISK, "sh", small, process.execPath, FIXTURE, small, large];
    const result = JSON.parse(execFileSync("unshare", ["-m", ...child], { encoding: "utf8" })) as Result;

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

function mountable(): { skip: string | false } {
  const tried = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  return { skip: tried.status === 0 ? false : "a small disk cannot be mounted: run as root on Linux" };
}
