import { execFile } from "node:child_process";
import { copyFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installNpmPeers } from "./install.ts";

/**
 * Runs a peer's program with the Node that runs this, beside the installed packages, and gives the seconds that it
 * prints. Its one argument is JSON.
 */
export async function runInstalled(program: URL, input: unknown): Promise<number> {
  const source = fileURLToPath(program);
  const cwd = installNpmPeers();
  const copy = join(cwd, `${basename(dirname(source))}-${basename(source)}`);
  copyFileSync(source, copy);
  // Standard output belongs to the figure.
  const env = { ...process.env, RESTATE_LOGGING: "ERROR" };
  const { stdout } = await promisify(execFile)(process.execPath, [copy, JSON.stringify(input)], { cwd, env });
  return JSON.parse(stdout) as number;
}
