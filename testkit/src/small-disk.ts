import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** The mount is seen by the child alone and goes with it, however it ends. */
const IN_SMALL_DISK = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift && exec "$@"';

/** Runs a program where its first argument is a file system of 1 MiB, its second a folder on a large one; gives what it wrote. */
export function runOnSmallDisk(t: TestContext, program: string): { small: string; written: string } {
  const top = mkdtempSync(join(tmpdir(), "ligase-full-"));
  t.after(() => rmSync(top, { recursive: true }));
  const [small, large] = [join(top, "small"), join(top, "large")];
  for (const folder of [small, large]) mkdirSync(folder);
  const child = ["sh", "-c", IN_SMALL_DISK, "sh", small, process.execPath, program, small, large];
  return { small, written: execFileSync("unshare", ["-m", ...child], { encoding: "utf8" }) };
}

/** Options of a test that needs a small disk. */
export function needsSmallDisk(): { skip: string | false } {
  const tried = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  return { skip: tried.status === 0 ? false : "a small disk cannot be mounted: run as root on Linux" };
}
