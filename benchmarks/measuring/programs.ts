import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { installBuilt } from "./installed.ts";

const run = promisify(execFile);

/** A program that hangs ends the benchmark. */
export const LONGEST_MS = 45 * 60_000;

/** Node says of SQLite that it is experimental; nobody reads that here. */
const QUIET = "--disable-warning=ExperimentalWarning";

/**
 * Runs a program of the folder `programs` in a process of its own, on the packages as they are published. Its one argument
 * is JSON, and so is what it prints. Each measure has a process of its own: what the one before left in memory must not
 * help it.
 */
export async function runProgram<T>(name: string, input: unknown, flags: readonly string[] = []): Promise<T> {
  const program = join(installBuilt().project, "programs", `${name}.ts`);
  const args = [QUIET, ...flags, program, JSON.stringify(input)];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 24, timeout: LONGEST_MS });
  return JSON.parse(stdout) as T;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Seconds that a command takes from its start to its end. Throws with its output when it fails. */
export async function timeCommand({ program, args, cwd, env }: Command): Promise<number> {
  const start = performance.now();
  await run(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
  return (performance.now() - start) / 1000;
}

/** A folder that is there while `use` works. */
export async function inScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ligase-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The path of a workflow file, in the project that has the published packages. */
export const workflowFile = (name: string): string => join(installBuilt().project, "workflows", `${name}.ts`);
