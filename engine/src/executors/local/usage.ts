import { closeSync, openSync, readSync } from "node:fs";
import { readProc, threadsOf } from "./processes.ts";

/** CPU time of ended children out of the two lines of bash's `times`, in milliseconds; null when they are not that. */
export function childCpuMs(lines: readonly string[]): number | null {
  const found = /^(\d+)m(\d+)[.,](\d{3})s (\d+)m(\d+)[.,](\d{3})s$/.exec(lines.at(-1) ?? "");
  if (found === null) return null;
  const [userMinutes = 0, userSeconds = 0, userMs = 0, systemMinutes = 0, systemSeconds = 0, systemMs = 0] =
    found.slice(1).map(Number);
  return (userMinutes + systemMinutes) * 60_000 + (userSeconds + systemSeconds) * 1000 + userMs + systemMs;
}

/** Bytes that a process and its ended children passed through read and write calls, from cache or disk alike. */
export interface IoBytes {
  readonly read: number;
  readonly written: number;
}

/** What the kernel counted so far for a process and its ended children. */
export interface ProcessUsage {
  /** CPU time of ended children; the kernel tells it by ten milliseconds. */
  readonly childCpuMs: number;
  /** Null where the kernel does not count them. */
  readonly io: IoBytes | null;
}

const CLOCK_TICK_MS = 10;

/** Reads what a process used, again and again; the files stay open. */
export class UsageReader {
  readonly #stat: number | null;
  readonly #io: number | null;

  constructor(pid: number) {
    this.#stat = openProc(`${pid}/stat`);
    this.#io = openProc(`${pid}/io`);
  }

  /** Null when the process is gone. */
  read(): ProcessUsage | null {
    const stat = this.#stat === null ? null : readOpen(this.#stat);
    if (stat === null) return null;
    // What follows the name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ", 15);
    return {
      childCpuMs: (Number(fields[13]) + Number(fields[14])) * CLOCK_TICK_MS,
      io: this.#io === null ? null : ioBytes(readOpen(this.#io)),
    };
  }

  close(): void {
    for (const file of [this.#stat, this.#io]) if (file !== null) closeSync(file);
  }
}

const buffer = Buffer.alloc(4_096);

function readOpen(file: number): string | null {
  try {
    return buffer.toString("latin1", 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return null;
  }
}

function openProc(path: string): number | null {
  try {
    return openSync(`/proc/${path}`, "r");
  } catch {
    return null;
  }
}

function ioBytes(text: string | null): IoBytes | null {
  const [, read, written] = /^rchar: (\d+)\nwchar: (\d+)$/m.exec(text ?? "") ?? [];
  return read === undefined || written === undefined
    ? null
    : { read: Number(read), written: Number(written) };
}

/**
 * Memory of a process's descendants now, in bytes: the sum of what is resident, or the largest peak of one of
 * them when that is more. Pages that processes share count once for each. Null where the system does not tell.
 *
 * A peak out of such samples misses what rises and ends between two of them. Nothing exact is at hand: the kernel's
 * peak of ended children (`getrusage`) is told neither by Node nor by bash, and that of a control group counts the
 * cache of all files that were read and written, which for most scripts is more than their memory.
 */
export function residentBytes(pid: number): number | null {
  let sum = 0;
  let largestPeak = 0;
  for (const member of descendants(pid)) {
    const status = readProc(`${member}/status`);
    if (status === null) continue;
    sum += kibibytes(status, "VmRSS");
    largestPeak = Math.max(largestPeak, kibibytes(status, "VmHWM"));
  }
  const bytes = Math.max(sum, largestPeak) * 1024;
  return bytes === 0 ? null : bytes;
}

/** The processes that a process started, and those that they started, as long as their parents live. */
export function descendants(pid: number): readonly number[] {
  const found: number[] = [pid];
  // The list grows while it is gone through.
  for (const process of found) found.push(...childrenOf(process));
  return found.slice(1);
}

/** A child is listed with the thread that started it. */
function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) => {
    const children = readProc(`${pid}/task/${thread}/children`)?.match(/\d+/g) ?? [];
    return children.map(Number);
  });
}

function kibibytes(status: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status);
  return found === null ? 0 : Number(found[1]);
}
