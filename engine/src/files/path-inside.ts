import { isAbsolute, relative, sep } from "node:path";
import { LigaseError } from "@ligase/sdk";

/** Checks that a name is a single part of a path. Throws `path-leaves-folder`. */
export function checkName(name: string, folder: string): void {
  if (
    name === "" ||
    name === "." ||
    name === ".." ||
    name.includes("/") ||
    name.includes(sep) ||
    name.includes("\0")
  ) {
    throw new LigaseError("path-leaves-folder", { path: name, folder });
  }
}

/** Whether a normalised absolute path is below a folder; the folder itself is not. */
export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(".." + sep) && !isAbsolute(way);
}
