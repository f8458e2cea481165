import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { RunStore } from "../ports/store.ts";

/** Who holds a lease: a name that is never given twice, and enough to see on the same machine that its process is gone. */
interface LeaseOwner {
  readonly name: string;
  readonly pid: number;
  /** Where the process number means this process: another in each container, and after each start of the machine. */
  readonly machine: string;
}

/** The owner of the leases that this process takes. */
export function leaseOwner(name: string): string {
  return JSON.stringify({ name, pid: process.pid, machine: thisMachine() } satisfies LeaseOwner);
}

/**
 * Gives a run free whose process was on this machine and is not there any more: nobody has to wait until its lease is
 * over.
 */
export function releaseIfGone(runs: RunStore, id: string): void {
  const holder = runs.holder(id);
  if (holder !== null && isGone(holder)) runs.release(id, holder);
}

/** Whether a process was on this machine and is not there any more. */
export function isGone(owner: string): boolean {
  const { pid, machine } = JSON.parse(owner) as LeaseOwner;
  if (machine !== thisMachine()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

let machine: string | undefined;
const thisMachine = (): string => (machine ??= readMachine());

function readMachine(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // Elsewhere than on Linux the name of the machine must do; a number given anew only means waiting.
    return hostname();
  }
}
