import { readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { errnoOf } from "./file-error.ts";

/*
 * Half-written things have names that tell who writes them: `.ligase-<host>-<pid>-<number>.part`. Nobody reads such a
 * name, and what a dead process left is removed by the next one that looks into the folder.
 */
const PART = /^\.ligase-(.+)-(\d+)-\d+\.part$/;
const HOST = hostname().replaceAll("/", "_").slice(0, 64);

let count = 0;

/** A name in a folder that nothing else uses. */
export function temporaryName(folder: string): string {
  return join(folder, `.ligase-${HOST}-${process.pid}-${++count}.part`);
}

/** Removes what processes of this machine that are dead by now left half-written in a folder. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, host, pid] = PART.exec(name) ?? [];
    if (host === HOST && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== "ESRCH";
  }
}
