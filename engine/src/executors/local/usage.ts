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

/** What the kernel counted so far, null where it does not tell. */
export function ioBytes(pid: number): IoBytes | null {
  const text = readProc(`${pid}/io`);
  const read = /^rchar: (\d+)$/m.exec(text ?? "")?.[1];
  const written = /^wchar: (\d+)$/m.exec(text ?? "")?.[1];
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
