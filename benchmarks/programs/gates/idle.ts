import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** What processes hold, and the share of a core that they use while they wait. */
export interface Idle {
  readonly bytes: number;
  readonly cpuShare: number;
}

/** Looks at this process, and at a server and its children as Linux tells of them, while nothing is to do for a time. */
export async function lookWhileIdle(ms: number, serverPid: number | null): Promise<Idle> {
  const before = cpuSeconds(serverPid);
  const start = performance.now();
  await setTimeout(ms);
  const share = (cpuSeconds(serverPid) - before) / ((performance.now() - start) / 1000);
  globalThis.gc?.();
  return { bytes: process.memoryUsage().rss + heldBytes(serverPid), cpuShare: share };
}

function cpuSeconds(serverPid: number | null): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + sum(family(serverPid), usedSeconds);
}

/** Memory that several share counts once. */
function heldBytes(serverPid: number | null): number {
  return sum(family(serverPid), (pid) => {
    const [, kib = 0] = /^Pss:\s+(\d+) kB$/m.exec(read(pid, "smaps_rollup")) ?? [];
    return Number(kib) * 1024;
  });
}

/** Clock ticks per second, on every Linux of today. */
const TICKS = 100;

/** What a process and its children that are over used. */
function usedSeconds(pid: number): number {
  // The name of the program, in parentheses, may have spaces.
  const fields = read(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
  return sum(fields.slice(11, 15), Number) / TICKS;
}

function family(pid: number | null): readonly number[] {
  if (pid === null) return [];
  const members = [pid];
  for (const member of members) {
    for (const thread of threads(member))
      members.push(...read(member, `task/${thread}/children`).split(" ").filter(Boolean).map(Number));
  }
  return members;
}

const threads = (pid: number): readonly string[] => unlessOver(() => readdirSync(`/proc/${pid}/task`)) ?? [];

const read = (pid: number, name: string): string =>
  unlessOver(() => readFileSync(`/proc/${pid}/${name}`, "utf8")) ?? "";

/** A child may end between being listed and being looked at. */
function unlessOver<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ESRCH") throw error;
    return undefined;
  }
}

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
