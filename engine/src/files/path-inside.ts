import { isAbsolute, join, relative, sep } from "node:path";
import { LigaseError } from "@ligase/sdk";

/** Joins a relative path to a folder. Throws `path-leaves-folder` when the result is not below the folder. */
export function pathInside(folder: string, path: string): string {
  const joined = join(folder, path);
  if (isAbsolute(path) || path.includes("\0") || !isBelow(folder, joined)) {
    throw new LigaseError("path-leaves-folder", { path, folder });
  }
  return joined;
}

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
