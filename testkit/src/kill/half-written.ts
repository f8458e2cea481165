import { existsSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/**
 * Leaves a file as a process leaves it that dies while it writes one: the moment is too short to be struck by chance.
 * Whoever opens the store next removes it, by the name of the dead process in its own.
 */
export function leaveHalfWritten(root: string, pid: number): void {
  const folder = join(root, "temporary");
  const host = hostname().replaceAll("/", "_").slice(0, 64);
  if (existsSync(folder)) writeFileSync(join(folder, `.ligase-${host}-${pid}-0000abcd-1.part`), "half");
}
