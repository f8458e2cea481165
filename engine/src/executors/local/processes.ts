import { existsSync, readdirSync, readFileSync } from "node:fs";

/*
 * Which processes are a script's: those of its shell's session, whatever groups they made; and those that left the
 * session (`setsid`, daemons) but have the mark of the script in the environment they were started with. Who leaves the
 * session and clears or overwrites that environment is not found, nor is who left it where there is no `/proc`.
 */

/** The variable that marks what a script starts: the helper that runs it, a dot, the number of the script there. */
export const MARK = "LIGASE_SCRIPT";

/** What the marks of this process's scripts begin with. Told apart also from those of an earlier process of its number. */
export const MARK_FAMILY = `${process.pid}-${Date.now().toString(36)}.`;

/** Whether the kernel tells of processes in `/proc`. */
export const HAS_PROC = existsSync("/proc/self/stat");

/** A process as the kernel lists it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly zombie: boolean;
  /** Clock ticks since boot. */
  readonly startTicks: number;
}

/** A process that belongs to a script; its mark is null where its session says enough. */
export interface ScriptProcess extends ProcessFacts {
  readonly mark: string | null;
}

/** Processes of some sessions, and those elsewhere with a mark of this process; none where there is no `/proc`. */
export function scriptProcesses(sessions: ReadonlySet<number>): readonly ScriptProcess[] {
  return allPids().flatMap((pid): readonly ScriptProcess[] => {
    const facts = readFacts(pid);
    if (facts === null) return [];
    if (sessions.has(facts.session)) return [{ ...facts, mark: null }];
    // What began before this process was started by none of its scripts.
    const mark = facts.zombie || facts.startTicks < ownStartTicks() ? null : markOf(pid);
    return mark === null ? [] : [{ ...facts, mark }];
  });
}

/** Sends a signal. A process or group (negative) that is gone, or has become another user's, is no error. */
export function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
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

/** Numbers of a process's threads, none when it is gone. */
export const threadsOf = (pid: number): readonly number[] => numbersIn(`/proc/${pid}/task`);

const allPids = (): readonly number[] => numbersIn("/proc");

function numbersIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function markOf(pid: number): string | null {
  const text = `\0${readProc(`${pid}/environ`) ?? ""}`;
  const begin = text.indexOf(`\0${MARK}=${MARK_FAMILY}`);
  return begin < 0 ? null : text.slice(begin + MARK.length + 2, text.indexOf("\0", begin + 1));
}

let startTicks: number | undefined;

function ownStartTicks(): number {
  return (startTicks ??= readFacts(process.pid)?.startTicks ?? 0);
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
