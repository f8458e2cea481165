import { rmdirSync } from "node:fs";
import { errnoOf } from "./file-error.ts";

/** Removes folders, innermost first, up to the first that is not empty: others may have put something there meanwhile. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (!STILL_USED.has(errnoOf(error) ?? "")) throw error;
      return;
    }
  }
}

const STILL_USED: ReadonlySet<string> = new Set([
  "ENOTEMPTY",
  "EEXIST",
  "ENOENT",
  "EACCES",
  "EPERM",
  "EROFS",
  "EBUSY",
]);
