import { chmodSync, lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "./file-error.ts";

/** Removes whatever stands at a path, also folders that a tool left without the right to write in them. */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    makeFoldersWritable(path);
    rmSync(path, { recursive: true, force: true });
  }
}

/** Gives the owner of a tree all rights on its folders; links are not followed. */
export function makeFoldersWritable(path: string): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) makeFoldersWritable(join(path, name));
}

/** Whether the system refused something for lack of a right. */
export const isRefusal = (error: unknown): boolean => ["EACCES", "EPERM"].includes(errnoOf(error) ?? "");

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
