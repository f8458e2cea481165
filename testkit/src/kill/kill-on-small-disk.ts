import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { KilledRun } from "./killed-run.ts";

const LANE = fileURLToPath(new URL("./disk-lane.ts", import.meta.url));
/** Room for the store of a run, and not for much beside it. The mount is seen by the child alone and goes with it. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=12m tmpfs "$1" && exec "$2" "$3" "$1" "$4"';

/** Kills a run again and again where its disk becomes full; each time the disk is freed when the process is dead. */
export async function killRunOnSmallDisk(seed: number): Promise<KilledRun> {
  const mount = mkdtempSync(join(tmpdir(), "ligase-small-"));
  try {
    const command = ["-m", "sh", "-c", ON_SMALL_DISK, "sh", mount, process.execPath, LANE, String(seed)];
    const { stdout } = await promisify(execFile)("unshare", command, { maxBuffer: 2 ** 24 });
    return JSON.parse(stdout) as KilledRun;
  } finally {
    rmSync(mount, { recursive: true });
  }
}
