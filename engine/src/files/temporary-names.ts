import { readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { errnoOf } from "./file-error.ts";
import { isRefusal, removeTree } from "./removing.ts";

/*
 * Half-written things have names that tell who writes them: `.ligase-<host>-<pid>-<process>-<number>.part`. Nobody reads
 * such a name, and what a dead process left is removed by the next one that looks into the folder. The third part is
 * random: processes in two containers may have one host name and one number.
 */
const PART = /^\.ligase-(.+)-(\d+)-[0-9a-f]{8}-\d+\.part$/;
const HOST = hostname().replaceAll("/", "_").slice(0, 64);

/** Made for the first name: who only reads needs none, and does not load what makes it. */
let ofProcess: string | undefined;
let count = 0;

/** A name in a folder that nothing else uses. */
export function temporaryName(folder: string): string {
  ofProcess ??= process.getBuiltinModule("node:crypto").randomBytes(4).toString("hex");
  return join(folder, `.ligase-${HOST}-${process.pid}-${ofProcess}-${++count}.part`);
}

/** Removes what processes of this machine that are dead by now left half-written in a folder. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, host, pid] = PART.exec(name) ?? [];
    if (host === HOST && !isAlive(Number(pid))) removeLeftover(join(folder, name));
  }
}

/** What another user left may stay: it is in nobody's way. */
function removeLeftover(path: string): void {
  try {
    removeTree(path);
  } catch (error) {
    if (!isRefusal(error)) throw error;
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
