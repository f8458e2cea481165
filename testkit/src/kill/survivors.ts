import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A process that has not ended by then is a leak. The watchdog of scripts looks for the last time after some seconds. */
const LONGEST_MS = 15_000;
const LOOK_MS = 10;

export interface Survivor {
  readonly pid: number;
  readonly command: string;
}

/**
 * Waits until no process is left whose environment or working folder names a folder: they must end by themselves. Gives
 * those that did not.
 */
export async function survivorsOf(folder: string): Promise<readonly Survivor[]> {
  const until = performance.now() + LONGEST_MS;
  for (;;) {
    const left = processesOf(folder);
    if (left.length === 0 || performance.now() > until) return left;
    await delay(LOOK_MS);
  }
}

function processesOf(folder: string): readonly Survivor[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => belongsTo(pid, folder))
    .map((pid) => ({ pid: Number(pid), command: read(pid, "cmdline").replaceAll("\0", " ") }));
}

function belongsTo(pid: string, folder: string): boolean {
  return read(pid, "environ").includes(folder) || workingFolder(pid).startsWith(folder);
}

/** A process may end while it is looked at; one that has ended, and waits to be noticed, has no environment. */
function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}
