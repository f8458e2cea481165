import { readdirSync, readFileSync } from "node:fs";

/** A process as the kernel lists it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly zombie: boolean;
  /** Clock ticks since boot. */
  readonly startTicks: number;
}

/** All processes of some sessions; none where there is no `/proc`. */
export function processesOfSessions(sessions: ReadonlySet<number>): readonly ProcessFacts[] {
  return allPids().flatMap((pid) => {
    const facts = readFacts(pid);
    return facts !== null && sessions.has(facts.session) ? [facts] : [];
  });
}

/** Sends a signal; a process or group (negative) that is gone already is no error. */
export function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Whether a process group has members. */
export function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Text of a file below `/proc`, null when the process is gone or the system has no such file. */
export function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch {
    return null;
  }
}

function allPids(): readonly number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function readFacts(pid: number): ProcessFacts | null {
  const text = readProc(`${pid}/stat`);
  if (text === null) return null;
  // The name in parentheses may hold anything; what follows the last parenthesis is state, parent, group, session, …
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    parent: Number(fields[1]),
    zombie: fields[0] === "Z",
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}
