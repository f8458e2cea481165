import { execFileSync, spawnSync } from "node:child_process";

const IN_NAMESPACE = ["--pid", "--fork"];

/** Runs a module where process numbers are others, as in a container, and gives what it wrote. */
export function runInPidNamespace(module: string, ...args: readonly string[]): string {
  return execFileSync("unshare", [...IN_NAMESPACE, process.execPath, module, ...args], { encoding: "utf8" });
}

/** Options of a test that needs process numbers of its own. */
export function needsPidNamespace(): { skip: string | false } {
  const tried = spawnSync("unshare", [...IN_NAMESPACE, "true"]);
  return { skip: tried.status === 0 ? false : "process numbers cannot be set apart: run as root on Linux" };
}
