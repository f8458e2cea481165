import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "../measuring/installed.ts";
import { LONGEST_MS } from "../measuring/programs.ts";
import { installNpmPeers } from "./install.ts";

/**
 * Runs a peer's program with the Node that runs this, beside the installed packages, and gives what it prints: JSON, as
 * its one argument is.
 */
export async function runInstalled<T>(program: URL, input: unknown): Promise<T> {
  const cwd = installNpmPeers();
  for (const folder of ["benchmarks/peers", "benchmarks/programs"])
    cpSync(join(ROOT, folder), join(cwd, folder), { recursive: true });
  const copy = join(cwd, relative(ROOT, fileURLToPath(program)));
  // Standard output belongs to the figures.
  const env = { ...process.env, RESTATE_LOGGING: "ERROR" };
  const args = ["--expose-gc", copy, JSON.stringify(input)];
  const limits = { timeout: LONGEST_MS, maxBuffer: 1 << 24 };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env, ...limits });
  return JSON.parse(stdout) as T;
}
