import { readdirSync } from "node:fs";
import { join } from "node:path";
import { removeTree } from "../files/removing.ts";

/** Folder of an attempt: number of the job and of the attempt. */
const ATTEMPT = /^(\d+)-\d+$/;

/**
 * Removes what attempts of a dead process left in the work folder of a run under numbers of jobs that no row has: the
 * numbers are given again, and a work folder is empty at the start.
 */
export function removeUnrecorded(runFolder: string, lastNumber: number): void {
  for (const name of namesIn(runFolder)) {
    const [, number] = ATTEMPT.exec(name) ?? [];
    if (Number(number) > lastNumber) removeTree(join(runFolder, name));
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
